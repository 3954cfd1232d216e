import { input, starter, type Workload } from '../contender.ts'
import { atMost } from '../goal.ts'
import { createGate } from '../measure/gate.ts'
import { liveBytes } from '../measure/heap.ts'
import type { Row } from '../row.ts'

const heapRow = (roomFor: (calls: number) => Pick<Workload, 'concurrency' | 'queue'>) =>
  ({
    unit: 'bytes',
    share: 0.15,
    isFreshEachRound: true,
    value: (sample) => sample.heap ?? Number.NaN,
    open: async (create, { heapCalls }) => {
      const gate = createGate()
      const start = starter(create({ tool: () => gate.opened, ...roomFor(heapCalls) }))
      start(input)
      return {
        measure: async () => {
          const before = await liveBytes()
          for (let index = 0; index < heapCalls; index++) start(input)
          return { heap: ((await liveBytes()) - before) / heapCalls }
        },
      }
    },
  }) as const satisfies Partial<Row>

/** What a call that runs holds, without a promise that somebody took. */
export const heapInFlightRow: Row = {
  ...heapRow((calls) => ({ concurrency: calls + 1, queue: calls })),
  id: 'heap-in-flight',
  title: 'heap per call in flight',
  contenders: [
    'headrace',
    'opossum-p-retry',
    'cockatiel-no-abort',
    'plain-rxjs',
    'effect',
    'p-queue-p-retry',
    'p-limit-p-retry-p-timeout',
    'p-queue',
    'p-limit',
  ],
  goals: [atMost(1_000, '1,000 B')],
}

/** What a call that waits for its turn holds. */
export const heapQueuedRow: Row = {
  ...heapRow((calls) => ({ concurrency: 1, queue: calls })),
  id: 'heap-queued',
  title: 'heap per call queued',
  contenders: [
    'headrace',
    'cockatiel-no-abort',
    'effect',
    'p-queue-p-retry',
    'p-limit-p-retry-p-timeout',
    'p-queue',
    'p-limit',
    'plain-rxjs',
  ],
  // What waits in its buffer can be neither cancelled nor overtaken.
  parts: ['plain-rxjs'],
  goals: [atMost(450, '450 B')],
}
