import { setMaxListeners } from 'node:events'
import { input, requireForm, starter, type Workload } from '../contender.ts'
import { atMost } from '../goal.ts'
import { cpuPerCall } from '../measure/cpu.ts'
import { createGate } from '../measure/gate.ts'
import { rest } from '../measure/heap.ts'
import type { Row } from '../row.ts'

const pending = 16_000
const batchSize = 500
const room = 1_000_000

/** What the parent's signal adds to a call while 16k calls on the same signal are pending. */
export const signalRow: Row = {
  id: 'signal',
  title: 'one parent signal with 16k pending calls, per registration',
  unit: 'ns',
  share: 0.35,
  contenders: ['headrace', 'abort-signal', 'p-queue'],
  goals: [atMost(500, '0.5 µs')],
  value: ({ registered = Number.NaN, plain = Number.NaN }) => registered - plain,
  open: async (create) => {
    const gate = createGate()
    const workload: Workload = { tool: () => gate.opened, concurrency: room, queue: room }
    const contender = create(workload)
    const register = requireForm(contender, 'register')
    const start = starter(contender)
    const { signal } = new AbortController()
    setMaxListeners(0, signal)
    const repeat = (count: number, run: () => unknown) => {
      for (let index = 0; index < count; index++) run()
    }
    repeat(10_000, () => start(input))
    repeat(pending, () => register(input, signal))
    return {
      measure: async () => {
        await rest()
        const registered = await cpuPerCall(batchSize, () => repeat(batchSize, () => register(input, signal)))
        const plain = await cpuPerCall(batchSize, () => repeat(batchSize, () => start(input)))
        return { registered, plain }
      },
    }
  },
}
