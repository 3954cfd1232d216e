import { type Contender, input, requireForm, type Workload } from '../contender.ts'
import { atMost } from '../goal.ts'
import { cpuPerCall } from '../measure/cpu.ts'
import { createGate } from '../measure/gate.ts'
import { rest } from '../measure/heap.ts'
import { createRandom } from '../measure/random.ts'
import type { Row } from '../row.ts'

const waiting = 100_000
const batchSize = 1_000
const levels = 5

type Distribution = (index: number, random: () => number) => number

/** Priorities of the calls that come while 100k wait; those that wait are from the same distribution. */
const distributions: Record<string, Distribution> = {
  'uniform random': (_, random) => Math.floor(random() * 1_000_000),
  'few levels': (_, random) => Math.floor(random() * levels),
  ascending: (index) => index,
  descending: (index) => -index,
}

function priorities(distribution: Distribution, random: () => number, from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => distribution(from + index, random))
}

function createEnqueue(create: (workload: Workload) => Contender): (priority: number) => unknown {
  const gate = createGate()
  const workload: Workload = { tool: () => gate.opened, concurrency: 1, queue: waiting * 10 }
  const enqueue = requireForm(create(workload), 'enqueue')
  enqueue(input, 0)
  return (priority) => enqueue(input, priority)
}

function priorityRow(name: string, distribution: Distribution): Row {
  return {
    id: `priority-${name.replaceAll(' ', '-')}`,
    title: `priority enqueue at 100k waiting, ${name}`,
    unit: 'ns',
    share: 0.35,
    contenders: ['headrace', 'p-queue'],
    goals: [atMost(200, '0.2 µs above an empty queue', 'added')],
    value: (sample) => sample.full ?? Number.NaN,
    detail: ({ added = Number.NaN }) => `${added < 0 ? '−' : '+'}${Math.abs(added / 1_000).toFixed(2)}`,
    open: async (create) => {
      const random = createRandom(1)
      const full = createEnqueue(create)
      const empty = createEnqueue(create)
      // Highest first, which is cheap for every queue: how the waiting ones came is not what is measured.
      for (const priority of priorities(distribution, random, 0, waiting).sort((a, b) => b - a)) full(priority)
      let next = waiting
      const addAll = (batch: readonly number[]) => {
        for (const priority of batch) full(priority)
      }
      const addAlone = () => {
        for (let index = 0; index < batchSize; index++) empty(0)
      }
      const measure = async () => {
        const batch = priorities(distribution, random, next, batchSize)
        next += batchSize
        await rest()
        const fullCost = await cpuPerCall(batchSize, () => addAll(batch))
        const emptyCost = await cpuPerCall(batchSize, addAlone)
        return { full: fullCost, empty: emptyCost, added: fullCost - emptyCost }
      }
      await measure()
      return { measure }
    },
  }
}

/** A call that has to find its place among 100k that wait; the bracket is what it costs above one that waits alone. */
export const priorityRows: readonly Row[] = Object.entries(distributions).map(([name, distribution]) =>
  priorityRow(name, distribution),
)
