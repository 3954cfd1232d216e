import type { RuntimeEvent, RuntimeSnapshot } from '@headrace/core'
import type { Answered } from '../agent/answer-question.ts'
import type { Check } from './check.ts'

/** Counts how often each call settles. */
export interface SettlementCount {
  count(event: RuntimeEvent): void
  readonly settled: ReadonlyMap<string, number>
}

/** Makes an empty count. */
export function countSettlements(): SettlementCount {
  const settled = new Map<string, number>()
  return {
    settled,
    count(event) {
      if (event.type === 'call-settle') settled.set(event.callId, (settled.get(event.callId) ?? 0) + 1)
    },
  }
}

/** Every call that the agent made settled once, and its result came back in its place. */
export function checkSettlements(answers: readonly Answered[], settled: ReadonlyMap<string, number>): Check {
  const results = answers.flatMap(({ exchanges }) => exchanges.flatMap((exchange) => exchange.results))
  const missing = results.filter(({ callId }) => settled.get(callId) !== 1)
  const misplaced = answers.flatMap(({ exchanges }) =>
    exchanges.flatMap(({ calls, results: got }) =>
      calls.filter((call, index) => got[index]?.callId.endsWith(call.callId) !== true),
    ),
  )
  return {
    name: 'every call settled exactly once, and its result came back in its place',
    isRight: missing.length === 0 && misplaced.length === 0 && settled.size === results.length,
    detail: `${results.length} calls, ${settled.size} settled, ${missing.length} not once, ${misplaced.length} out of place`,
  }
}

/** Nothing of the calls goes on when their results are there. */
export function checkNothingLeft({ queues, global, flights, abandoned, jobs }: RuntimeSnapshot): Check {
  const running = queues.reduce((sum, queue) => sum + queue.running, 0)
  const queued = queues.reduce((sum, queue) => sum + queue.queued, 0)
  return {
    name: 'nothing runs or waits any more',
    isRight: running + queued + global.running + flights + abandoned + jobs.working + jobs.input_required === 0,
    detail: `${running} running, ${queued} queued, ${flights} shared, ${abandoned} abandoned`,
  }
}
