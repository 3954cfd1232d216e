import { batcher } from '../contender.ts'
import { atMost } from '../goal.ts'
import type { Row } from '../row.ts'

const calls = 320
const concurrency = 64
const latency = 100
const ideal = Math.ceil(calls / concurrency) * latency

/** How much longer than its waves of latency a fan-out takes: wall time, not CPU. */
export const fanOutRow: Row = {
  id: 'fan-out',
  title: `fan-out of ${calls} calls of ${latency} ms at concurrency ${concurrency}, × ${ideal} ms of wall time`,
  unit: 'times',
  share: 0.2,
  contenders: [
    'bare',
    'headrace',
    'cockatiel-no-abort',
    'effect',
    'p-queue-p-retry',
    'p-limit-p-retry-p-timeout',
    'plain-rxjs',
  ],
  goals: [atMost(1.02, '1.02 ×')],
  value: ({ wall = Number.NaN }) => wall / ideal,
  open: async (create) => {
    const tool = () => new Promise((resolve) => setTimeout(resolve, latency))
    const run = batcher(create({ tool, concurrency, queue: calls }))
    await run(concurrency)
    return {
      measure: async () => {
        const start = performance.now()
        await run(calls)
        return { wall: performance.now() - start }
      },
    }
  },
}
