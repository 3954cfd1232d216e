import type { EarlyCalls } from '../early/early-calls.ts'
import { eventsFrom, outputFrom, outputsFrom } from './deliver.ts'
import type { SdkContext, ToolRunner } from './tool-runner.ts'

/**
 * Makes the function that the SDK calls to run a tool. The SDK looks at what it returns at once: an async iterable streams,
 * anything else is awaited. So it is an iterable where the tool's function is an async generator, or was called on the spot
 * and gave an iterable.
 */
export function createExecute(
  runner: ToolRunner,
  early: EarlyCalls | undefined,
): (input: unknown, context: SdkContext) => unknown {
  return (input, context) => {
    const options = { signal: context.abortSignal, onPending: runner.onPending }
    const claimed = early?.claim(input, context)
    if (claimed) {
      const { pending, events$ } = claimed
      return events$ ? outputsFrom(eventsFrom(pending, events$), options) : outputFrom(pending, options)
    }
    if (runner.isGenerator) return outputsFrom(runner.start$(input, context), options)
    const { pending, streams } = runner.start(input, context)
    return streams ? outputsFrom(eventsFrom(pending, pending.events$), options) : outputFrom(pending, options)
  }
}
