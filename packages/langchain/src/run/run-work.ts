import type { AdoptedTool } from '@headrace/bridge'
import { type CallContext, type CallOptions, type FinalResult, toolFailure } from '@headrace/core'
import { isDirectToolOutput, ToolMessage } from '@langchain/core/messages'
import { abortError } from './abort-error.ts'
import { belongsToGraph } from './belongs-to-graph.ts'

/** A call, and how LangChain would do its work. */
export interface WorkOptions {
  /** Does the work; it ends when the context's signal is aborted. */
  readonly work: (context: CallContext) => Promise<unknown>
  readonly callOptions: CallOptions
  /** The graph's own signal, where it is aborted: the call then ends by throwing, as LangChain's tools do. */
  readonly endedBy: () => AbortSignal | undefined
}

/** How the work of a call ended: what the work gave for LangChain itself, or the result of the call. */
export type WorkEnd = { readonly direct: unknown } | { readonly result: FinalResult }

/** What the work gave in the place of an output: no plain JSON, so no cache keeps it. */
class DirectOutput {
  readonly owner: Run
  readonly value: unknown

  constructor(owner: Run, value: unknown) {
    this.owner = owner
    this.value = value
  }
}

/**
 * Runs work as a call of a tool. What is LangGraph's own passes through untouched: a Command or a message that the work
 * gives is `direct`, never from a cache nor from another call; an interrupt or a drain is thrown, the same object, and the
 * call is a cancelled one: not repeated, no failure to a breaker or a repeat guard, and without a fallback.
 */
export async function runWork(tool: AdoptedTool, input: unknown, options: WorkOptions): Promise<WorkEnd> {
  for (;;) {
    const end = await new Run(tool, options).end(input)
    if (end !== undefined) return end
    // what the call has joined was LangGraph's, and another call's: it runs for itself
  }
}

class Run {
  readonly #tool: AdoptedTool
  readonly #options: WorkOptions
  #cancel: ((reason: unknown) => void) | undefined = undefined
  #thrown: { readonly error: unknown } | undefined = undefined
  readonly #refusals = new Map<unknown, ToolMessage>()

  constructor(tool: AdoptedTool, options: WorkOptions) {
    this.#tool = tool
    this.#options = options
  }

  async end(input: unknown): Promise<WorkEnd | undefined> {
    const { callOptions, endedBy } = this.#options
    const pending = this.#tool.call(input, (_input, context) => this.#work(context), callOptions)
    this.#cancel = (reason) => void pending.cancel(reason)
    const result = await pending.result()
    if (result.status === 'cancelled') {
      if (this.#thrown !== undefined && result.reason === this.#thrown.error) throw this.#thrown.error
      const signal = endedBy()
      if (signal !== undefined) throw abortError(signal)
    }
    if (result.status === 'ok' && result.output instanceof DirectOutput) {
      return result.output.owner === this ? { direct: result.output.value } : undefined
    }
    const refusal = result.status === 'error' ? this.#refusals.get(result.error.cause) : undefined
    if (refusal !== undefined) return { direct: refusal }
    return { result: result as FinalResult }
  }

  async #work(context: CallContext): Promise<unknown> {
    try {
      const given = await this.#options.work(context)
      return isStream(given) ? this.#stream(given, context) : this.#outputOf(given)
    } catch (error) {
      return this.#passOn(error, context)
    }
  }

  async *#stream(parts: AsyncGenerator<unknown, unknown>, context: CallContext): AsyncGenerator<unknown, unknown> {
    try {
      return this.#outputOf(yield* parts)
    } catch (error) {
      return this.#passOn(error, context)
    }
  }

  #outputOf(given: unknown): unknown {
    if (!isDirectToolOutput(given)) return given
    if (ToolMessage.isInstance(given) && given.status === 'error') throw this.#refuse(given)
    return new DirectOutput(this, given)
  }

  /** Throws what the tool threw; where it belongs to LangGraph, the call is cancelled with it before. */
  #passOn(error: unknown, context: CallContext): DirectOutput {
    const isFailure = !belongsToGraph(error) && this.#options.endedBy() === undefined
    if (isFailure || context.signal.aborted) throw error
    this.#thrown = { error }
    this.#cancel?.(error)
    if (context.signal.aborted) throw error
    return new DirectOutput(this, error) // the run is shared with other calls, and must not fail for them
  }

  /** A message that tells of an error is a failure of the tool, by its own word; the model reads it as it is. */
  #refuse(message: ToolMessage): Error {
    const failure = toolFailure({ message: message.text, retryable: false })
    this.#refusals.set(failure, message)
    return failure
  }
}

function isStream(value: unknown): value is AsyncGenerator<unknown, unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}
