import fc from 'fast-check'
import { expect } from 'vitest'
import { schedules } from './arbitrary-schedule.ts'
import { type Ending, endingOf, faultsOf } from './check-trace.ts'
import { runSchedule } from './run-schedule.ts'
import type { Schedule } from './schedule.ts'

const idle = (snapshot: unknown): string[] => {
  const busy: string[] = []
  JSON.stringify(snapshot, (key, value) => {
    if (['running', 'queued', 'overdue', 'flights', 'timers', 'abandoned'].includes(key) && value !== 0)
      busy.push(`${key}: ${JSON.stringify(value)}`)
    return value
  })
  return busy
}

/** Runs random schedules, each twice, and holds that nothing is wrong with any of them; tells how the calls ended. */
export async function holdSchedules(options: {
  readonly runs: number
  readonly seed: number
}): Promise<Record<Ending, number>> {
  const endings: Record<Ending, number> = { ok: 0, failed: 0, late: 0, cancelled: 0, rejected: 0 }
  const strays: unknown[] = []
  const onStray = (reason: unknown): void => void strays.push(reason)
  process.on('unhandledRejection', onStray)
  const property = fc.asyncProperty(schedules, async (schedule: Schedule) => {
    const trace = await runSchedule(schedule)
    const again = await runSchedule(schedule)
    await new Promise((resolve) => setImmediate(resolve))
    expect(faultsOf(trace, schedule)).toEqual([])
    expect(idle(trace.snapshot)).toEqual([])
    expect(strays).toEqual([])
    expect(JSON.stringify(again.events)).toBe(JSON.stringify(trace.events))
    for (const event of trace.events) if (event.type === 'call-settle') endings[endingOf(event.result)] += 1
  })
  try {
    await fc.assert(property, { numRuns: options.runs, seed: options.seed })
  } finally {
    process.off('unhandledRejection', onStray)
  }
  return endings
}

/** Holds that each way to end a call happened in at least 5 % of the calls. */
export function holdDistribution(endings: Record<Ending, number>): void {
  const total = Object.values(endings).reduce((sum, count) => sum + count, 0)
  for (const [ending, count] of Object.entries(endings)) {
    expect(count / total, `share of calls that ended ${ending} in ${JSON.stringify(endings)}`).toBeGreaterThanOrEqual(
      0.05,
    )
  }
}
