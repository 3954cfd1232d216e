import { AsyncResource } from 'node:async_hooks'

/** The async context of whoever asked for a call, kept for the moment when something else wakes it. */
export type SubmitterContext = AsyncResource

/** Nothing listens to the end of the resource: it need not be tracked by the garbage collector. */
const keptByHand = { requireManualDestroy: true }

/** Keeps the present context; much cheaper than a snapshot of AsyncLocalStorage. */
export function captureContext(): SubmitterContext {
  return new AsyncResource('HeadraceCall', keptByHand)
}

/** Runs a function in a kept context, or, where none was kept, in the present one. */
export function runInContext(context: SubmitterContext | undefined, run: () => void): void {
  if (context === undefined) run()
  else context.runInAsyncScope(run)
}
