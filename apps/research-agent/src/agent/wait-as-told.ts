import { setTimeout as wait } from 'node:timers/promises'
import type { CallResult } from '@headrace/core'
import type { Exchange, ModelCall } from '../model/model.ts'

/** Nobody is kept waiting for longer than this by one error. */
const longestWaitMs = 5000

/** A failed call, and from when on it makes sense to repeat it: a reading of `performance.now()`. */
export interface Embargo {
  readonly tool: string
  readonly arguments: string
  readonly until: number
}

/** Which calls not to repeat yet, by what their errors said when the turn ended. */
export function embargoesOf({ calls, results }: Pick<Exchange, 'calls' | 'results'>, now: number): Embargo[] {
  return calls.flatMap(({ tool, arguments: args }, index) => {
    const waitMs = toldToWait(results[index])
    return waitMs === undefined ? [] : [{ tool, arguments: JSON.stringify(args), until: now + waitMs }]
  })
}

/** How long to wait before the calls start, so that none of them comes earlier than the errors before it advised. */
export function waitBefore(calls: readonly ModelCall[], embargoes: readonly Embargo[], now: number): number {
  const untils = calls.flatMap((call) => {
    const args = JSON.stringify(call.arguments)
    return embargoes.filter((one) => one.tool === call.tool && one.arguments === args).map(({ until }) => until)
  })
  return Math.min(longestWaitMs, Math.max(0, ...untils.map((until) => Math.ceil(until - now))))
}

/** Waits; an abort ends the wait with the signal's own reason. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error
  })
}

function toldToWait(result: CallResult | undefined): number | undefined {
  return result?.status === 'error' ? result.error.retryAfterMs : undefined
}
