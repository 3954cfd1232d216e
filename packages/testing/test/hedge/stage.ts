import type { CallContext, ToolPolicy } from '@headrace/core'
import { openRuntime, type Stage } from '../fixture/open-runtime.ts'
import { forever, readTool, sleep } from '../fixture/tools.ts'

/** What one attempt does. */
export type Step = (context: CallContext) => unknown

/** A runtime, and what its tool has seen. */
export interface HedgeStage extends Stage {
  /** When attempts started, on the monotonic clock. */
  readonly starts: readonly number[]
  readonly contexts: readonly CallContext[]
}

/** A runtime with one tool whose attempts take these steps, in the order of their starts. */
export function stage(hedge: ToolPolicy['hedge'], steps: readonly Step[], policy: ToolPolicy = {}): HedgeStage {
  const starts: number[] = []
  const contexts: CallContext[] = []
  const opened = openRuntime({
    tools: [
      readTool(
        'lookup',
        (_, context) => {
          starts.push(opened.clock.monotonic())
          contexts.push(context)
          return (steps[starts.length - 1] ?? forever)(context)
        },
        { retry: false, breaker: false, hedge, ...policy },
      ),
    ],
  })
  return { ...opened, starts, contexts }
}

/** Gives a value after a while, unless it is told to end. */
export const after =
  (clock: () => ReturnType<typeof openRuntime>['clock'], ms: number, value: unknown): Step =>
  async ({ signal }) => {
    await sleep(clock(), ms, signal)
    return value
  }
