import type { EarlyStart } from '@headrace/bridge'
import type { Tool } from '@headrace/core'
import type { SdkContext, ToolRunner } from '../run/tool-runner.ts'
import { type ClaimedCall, EarlyCall } from './early-call.ts'
import { startsEarly } from './early-start.ts'
import type { RunWatch } from './watch-runs.ts'

/** What tells a call from all others, also from those of other runs with the same id. */
type CallPlace = Pick<SdkContext, 'toolCallId' | 'messages'>

/** What early calls of one tool are made of. */
export interface EarlyCallsOptions {
  readonly tool: Tool
  readonly runner: ToolRunner
  readonly early: EarlyStart
  readonly runs: RunWatch
}

/**
 * The calls of one tool that start while the model's message still comes. One starts when the SDK has told of its input,
 * and has found that nobody needs to approve it, in whatever order; and only in a run that tells of the message's end.
 */
export class EarlyCalls {
  readonly #options: EarlyCallsOptions
  /** By step, of which a tool knows nothing but the array of messages that the SDK makes for it. */
  readonly #steps = new WeakMap<SdkContext['messages'], Set<EarlyCall>>()

  constructor(options: EarlyCallsOptions) {
    this.#options = options
  }

  /** The SDK has the whole input of a call. */
  offer(input: unknown, context: SdkContext): void {
    const call = this.#find(input, context) ?? this.#open(input, context)
    if (call === undefined) return
    call.context = context
    this.#startIfReady(call)
  }

  /** The SDK has found that a call needs no approval. */
  allow(input: unknown, place: CallPlace): void {
    const call = this.#find(input, place) ?? this.#open(input, place)
    if (call === undefined) return
    call.isAllowed = true
    this.#startIfReady(call)
  }

  /** The call that the SDK asks for, where it has started. */
  claim(input: unknown, context: SdkContext): ClaimedCall | undefined {
    return this.#find(input, context)?.claim(context.abortSignal)
  }

  #find(input: unknown, { toolCallId, messages }: CallPlace): EarlyCall | undefined {
    const run = this.#options.runs.current()
    for (const call of this.#steps.get(messages) ?? []) {
      const { place } = call
      if (place.toolCallId !== toolCallId || !Object.is(place.input, input)) continue
      if (run === undefined || run === place.run) return call
    }
    return undefined
  }

  #open(input: unknown, { toolCallId, messages }: CallPlace): EarlyCall | undefined {
    const run = this.#options.runs.current()
    if (!run?.isStream) return undefined
    const step = this.#steps.get(messages) ?? new Set()
    this.#steps.set(messages, step)
    return new EarlyCall({ input, toolCallId, run, step })
  }

  #startIfReady(call: EarlyCall): void {
    if (!call.isAllowed || call.context === undefined) return
    const { tool, runner, early } = this.#options
    const { toolCallId, input } = call.place
    if (!startsEarly(early, { callId: toolCallId, tool: tool.name, arguments: input }, tool)) return
    try {
      call.start(runner)
    } catch {
      // It could not begin, as with options that make no sense: it begins, and fails, when the SDK asks for it.
    }
  }
}
