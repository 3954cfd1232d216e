import type { CallResult, ToolCall, ToolDescription } from '@headrace/core'

/** A call that a model asks for, with an id that is unique in its conversation. */
export interface ModelCall extends ToolCall {
  readonly callId: string
  readonly arguments: unknown
}

/** One turn of a conversation: what the model said and asked for, and what came of it. */
export interface Exchange {
  readonly text: string
  readonly calls: readonly ModelCall[]
  /** In the order of the calls. */
  readonly results: readonly CallResult[]
}

/** What a model is given to decide what comes next. */
export interface Conversation {
  readonly question: string
  readonly tools: readonly ToolDescription[]
  readonly exchanges: readonly Exchange[]
}

/** What a model streams: pieces of text, and calls as soon as they are complete. */
export type ModelPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly call: ModelCall }

/**
 * What decides which tools to call, and writes the answer. A turn that asks for calls is followed by another one with
 * their results; a turn without calls is the answer. Keeps nothing between turns: the conversation is all it knows.
 */
export interface Model {
  /** What it is, for people: shown beside its answers. */
  readonly name: string
  turn(conversation: Conversation, options: { readonly signal: AbortSignal }): AsyncIterable<ModelPart>
}
