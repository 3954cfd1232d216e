import { setTimeout as sleep } from 'node:timers/promises'
import { createRuntime, defineTool, type Limiter } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'

/** What a process does that calls a tool again and again. */
export interface CallLoad {
  readonly limiter: Limiter
  /** The tool's name. */
  readonly key: string
  /** Permits of the tool, for all processes together; without it there is no limit of them. */
  readonly max?: number | undefined
  /** Starts a second, and how many at once, for all processes together; without it there is no such limit. */
  readonly perSecond?: number | undefined
  /** How many calls it keeps open at any time. */
  readonly calls: number
  readonly forMs: number
  /** How long a call works. */
  readonly workMs: number
}

/** What came of it. */
export interface CallLoadResult {
  readonly done: number
  readonly failed: number
  readonly longestQueuedMs: number
  /** How often the limiter did not answer in time, and limits of the process took its place. */
  readonly storeErrors: number
  /** When each call began its work and when it was done, in milliseconds since the epoch. */
  readonly runs: readonly (readonly [start: number, end: number])[]
}

/** Calls a tool whose permits it shares with other processes. */
export async function runCalls(load: CallLoad): Promise<CallLoadResult> {
  const { limiter, key, max, perSecond, calls, forMs, workMs } = load
  const runs: [number, number][] = []
  const tool = defineTool({
    name: key,
    description: 'Works for a moment',
    inputSchema: jsonSchema<object>({ type: 'object' }),
    policy: {
      concurrency: max === undefined ? false : { max },
      rateLimit: perSecond === undefined ? false : { limit: perSecond, per: 1_000 },
    },
    execute: async (_, { signal }) => {
      const start = Date.now()
      // who is cut off has given its permit back
      if (workMs > 0) await sleep(workMs, null, { signal })
      runs.push([start, Date.now()])
      return null
    },
  })
  // A busy machine may take longer than usual for one answer. Calls wait for seconds in line, which must not count.
  const runtime = createRuntime({ tools: [tool], limiter, onStoreError: { budget: 1_000 } })
  const result = { done: 0, failed: 0, longestQueuedMs: 0, storeErrors: 0, runs }
  runtime.events$.subscribe(({ type }) => {
    if (type === 'store-error') result.storeErrors += 1
  })
  const end = performance.now() + forMs
  const callAgain = async (): Promise<void> => {
    while (performance.now() < end) {
      const { status, meta } = await runtime.call(tool, {}).result()
      if (performance.now() > end) return
      result[status === 'ok' ? 'done' : 'failed'] += 1
      result.longestQueuedMs = Math.max(result.longestQueuedMs, meta.queuedMs)
    }
  }
  const loops = Array.from({ length: calls }, callAgain)
  await sleep(forMs)
  await runtime.close()
  await Promise.all(loops)
  return result
}
