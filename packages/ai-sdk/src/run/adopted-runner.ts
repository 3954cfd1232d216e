import { type AdoptedTool, callOptions, type ForeignRun, type WrapOptions } from '@headrace/bridge'
import type { CallOptions } from '@headrace/core'
import type { SdkContext, ToolRunner } from './tool-runner.ts'

/** The SDK's own function of a tool, with the tool bound to it. */
export type SdkExecute = (input: unknown, context: SdkContext) => unknown

/** Where a wrapped tool's calls run, and with what options. */
export interface AdoptedRunnerOptions {
  readonly adopted: AdoptedTool
  readonly wrap: WrapOptions<SdkContext>
  readonly isGenerator: boolean
}

/** Runs a tool that the SDK defines. */
export function adoptedRunner(execute: SdkExecute, { adopted, wrap, isGenerator }: AdoptedRunnerOptions): ToolRunner {
  const optionsOf = (context: SdkContext): CallOptions =>
    callOptions(wrap, context, { callId: context.toolCallId, signal: context.abortSignal })
  return {
    isGenerator,
    start(input, context) {
      let streams = false
      const pending = adopted.call(
        input,
        runOf(execute, context, () => {
          streams = true
        }),
        optionsOf(context),
      )
      return { pending, streams }
    },
    start$: (input, context) => adopted.call$(input, runOf(execute, context), optionsOf(context)),
  }
}

/** Calls the SDK's function with the SDK's context, of which the signal is the attempt's. */
function runOf(execute: SdkExecute, context: SdkContext, onStream?: () => void): ForeignRun {
  return (input, call) => {
    // read at once: a getter that would do it later costs six times as much, and keeps the call until the next full collection
    const returned = execute(input, { ...context, abortSignal: call.signal })
    if (!isAsyncIterable(returned)) return returned
    onStream?.()
    return yieldsOf(returned)
  }
}

/** What an iterable yields and not what it returns: for the SDK its last value is the result. */
async function* yieldsOf(iterable: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  yield* iterable
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
