import type { CallResult } from '@headrace/core'

/** A call as people are shown it. */
export interface ShownCall {
  readonly callId: string
  readonly tool: string
  /** What it is about, in a few words. */
  readonly label: string
}

/** What the agent itself does, between the calls. `at` is milliseconds since the epoch. */
export type AgentEvent =
  | {
      readonly type: 'question-start'
      readonly at: number
      readonly question: string
      /** Which question it is, of how many. */
      readonly number: number
      readonly of: number
      readonly model: string
    }
  | {
      readonly type: 'turn-start'
      readonly at: number
      readonly turn: number
      /** What the model said before its calls. */
      readonly text: string
      readonly calls: readonly ShownCall[]
    }
  | { readonly type: 'agent-wait'; readonly at: number; readonly waitMs: number }
  | { readonly type: 'turn-end'; readonly at: number; readonly turn: number; readonly results: readonly CallResult[] }
  /** A piece of what the model writes: of its answer, or of what it says before calls. */
  | { readonly type: 'model-text'; readonly at: number; readonly text: string }
  | { readonly type: 'question-end'; readonly at: number; readonly answer: string; readonly turns: number }
