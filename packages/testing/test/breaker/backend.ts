import type { PendingCall, ToolPolicy } from '@headrace/core'
import { codeOf, openRuntime, type Stage, type StageOptions } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

/** A runtime with one tool, `backend`, behind a breaker; what it does is in its arguments. */
export interface Backend extends Stage {
  /** How often the tool ran. */
  readonly ran: () => number
  /** Starts a call that takes `ms` and then succeeds, or fails with the HTTP status or the error. */
  readonly start: (outcome: 'ok' | number | Error, ms?: number) => PendingCall<unknown>
  /** Runs calls one after the other and gives their codes. */
  readonly run: (...outcomes: readonly ('ok' | number | Error)[]) => Promise<string[]>
  /** The changes of state, as 'from>to'. */
  readonly changes: () => string[]
}

/** Opens a backend whose breaker has these rules. Without jitter: the random source gives 0.5. */
export function openBackend(
  breaker: ToolPolicy['breaker'],
  policy: ToolPolicy = {},
  options: StageOptions = {},
): Backend {
  let ran = 0
  const errors: Error[] = []
  const backend = readTool(
    'backend',
    async ({ q, n = 0 }, { signal }) => {
      ran += 1
      if (n > 0) await sleep(stage.clock, n, signal)
      if (q === 'error') throw errors.shift()
      if (q !== 'ok') throw httpError(Number(q))
      return 'up'
    },
    { retry: false, rateLimit: false, timeout: { total: 10_000_000, attempt: 100_000 }, ...policy, breaker },
  )
  const stage = openRuntime({ random: () => 0.5, tools: [backend], ...options })
  const start = (outcome: 'ok' | number | Error, ms = 0): PendingCall<unknown> => {
    if (outcome instanceof Error) errors.push(outcome)
    return stage.call('backend', { q: outcome instanceof Error ? 'error' : `${outcome}`, n: ms })
  }
  return {
    ...stage,
    start,
    ran: () => ran,
    run: async (...outcomes) => {
      const codes: string[] = []
      for (const outcome of outcomes) {
        const call = start(outcome)
        await stage.clock.advance(0)
        codes.push(await codeOf(call))
      }
      return codes
    },
    changes: () =>
      stage.events.flatMap((event) => (event.type === 'breaker-change' ? [`${event.from}>${event.to}`] : [])),
  }
}
