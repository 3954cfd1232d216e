import type { EarlyStart } from '@headrace/bridge'
import type { Tool } from '@headrace/core'
import type { SdkContext, ToolRunner } from '../run/tool-runner.ts'
import { type ClaimedCall, EarlyCall } from './early-call.ts'
import { startsEarly } from './early-start.ts'
import type { MessageWatch } from './watch-messages.ts'

/** What the SDK hands to `onInputAvailable`. */
export type InputContext = SdkContext & { readonly input: unknown }

/** What tells a call from all others, also from those of other runs with the same id. */
type CallPlace = Pick<SdkContext, 'toolCallId' | 'messages'>

/** What early calls of one tool are made of. */
export interface EarlyCallsOptions {
  readonly tool: Tool
  readonly runner: ToolRunner
  readonly early: EarlyStart
  readonly watch: MessageWatch
}

/**
 * The calls of one tool that start while the model's message still comes. One starts when the SDK has told of its input,
 * and has found that nobody needs to approve it, in whatever order; and only where the message's end will be told.
 */
export class EarlyCalls {
  readonly #options: EarlyCallsOptions
  /** By step, of which a tool knows nothing but the array of messages that the SDK has made for it, and by id. */
  readonly #steps = new WeakMap<SdkContext['messages'], Map<string, EarlyCall[]>>()

  constructor(options: EarlyCallsOptions) {
    this.#options = options
  }

  /** The SDK has the whole input of a call. */
  offer(told: InputContext): void {
    const call = this.#find(told.input, told) ?? this.#open(told.input, told)
    if (call === undefined) return
    const { input: _input, ...context } = told
    call.context = context
    this.#startIfReady(call, context)
  }

  /** The SDK has found that a call needs no approval. */
  allow(input: unknown, place: CallPlace): void {
    const call = this.#find(input, place) ?? this.#open(input, place)
    if (call === undefined) return
    call.isAllowed = true
    this.#startIfReady(call, place)
  }

  /** The call that the SDK asks for, where it has started. */
  claim(input: unknown, context: SdkContext): ClaimedCall | undefined {
    const calls = this.#callsAt(context)
    const call = calls && withInput(calls, input)
    if (calls === undefined || call === undefined) return undefined
    calls.splice(calls.indexOf(call), 1)
    return call.claim(context.abortSignal)
  }

  #callsAt({ toolCallId, messages }: CallPlace): EarlyCall[] | undefined {
    return this.#steps.get(messages)?.get(toolCallId)
  }

  #find(input: unknown, place: CallPlace): EarlyCall | undefined {
    const calls = this.#callsAt(place)
    return calls && withInput(calls, input)
  }

  #open(input: unknown, { toolCallId, messages }: CallPlace): EarlyCall | undefined {
    const message = this.#options.watch.of(messages)
    if (!message?.isOpen) return undefined
    let step = this.#steps.get(messages)
    if (step === undefined) {
      step = new Map()
      this.#steps.set(messages, step)
    }
    const call = new EarlyCall(input, message)
    const calls = step.get(toolCallId)
    if (calls) calls.push(call)
    else step.set(toolCallId, [call])
    return call
  }

  #startIfReady(call: EarlyCall, { toolCallId }: CallPlace): void {
    if (!call.isAllowed || call.context === undefined) return
    const { tool, runner, early } = this.#options
    if (!startsEarly(early, { callId: toolCallId, tool: tool.name, arguments: call.input }, tool)) return
    try {
      call.start(runner)
    } catch {
      // It could not begin, as with options that make no sense: it begins, and fails, when the SDK asks for it.
    }
  }
}

/** An id may be there twice in one message. */
function withInput(calls: readonly EarlyCall[], input: unknown): EarlyCall | undefined {
  return calls.find((call) => Object.is(call.input, input))
}
