import type { CallResult } from '../call/call-result.ts'
import type { ToolCall } from '../call/tool-call.ts'
import { Turn } from '../policies/concurrency/turn.ts'
import type { CallOptions } from '../tool/call-options.ts'
import type { CallPlace } from './engine/call-request.ts'
import type { Launcher } from './engine/engine.ts'
import { requestFromModel } from './engine/make-request.ts'

/** Runs the calls of one model turn: all at once, results in the order of the calls, one for each, never rejects. */
export function dispatchAll(
  launcher: Launcher,
  calls: readonly ToolCall[],
  options: CallOptions | undefined,
  place: CallPlace,
): Promise<CallResult[]> {
  const inTurn = { ...place, turn: new Turn(1) }
  return new Promise((resolve) => {
    const results: CallResult[] = new Array(calls.length)
    let open = calls.length
    if (open === 0) resolve(results)
    for (let index = 0; index < calls.length; index += 1) {
      const call = launcher.prepare(requestFromModel(calls[index] as ToolCall, options, inTurn))
      call.whenSettled(() => {
        results[index] = call.settled as CallResult
        open -= 1
        if (open === 0) resolve(results)
      })
      call.start()
    }
  })
}
