import { batcher } from '../contender.ts'
import { atMost } from '../goal.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import { createGate, type Gate } from '../measure/gate.ts'
import { collectYoung, settle, touchYoung } from '../measure/heap.ts'
import type { Sample } from '../measure/statistics.ts'
import type { Probe, Row, Scale } from '../row.ts'
import { immediateTool } from './sequential.ts'

const smallSize = 1_000
/** Enough for all that one batch of so many calls allocates; what is more is copied. */
const youngMegabytes = (calls: number) => (calls <= 20_000 ? 128 : 512)
const microseconds = (nanoseconds = Number.NaN) => (nanoseconds / 1_000).toPrecision(2)
const thousands = (count: number) => (count < 1_000_000 ? `${count / 1_000}k` : `${count / 1_000_000}M`)

const growthRow = (size: number) =>
  ({
    unit: 'times',
    share: 0.2,
    timeFactor: 2,
    goals: [atMost(2, '2×')],
    // With the usual young generation the collector copies every live call, which makes even a bare await grow 4 to 7 times
    // and hides what a library adds.
    nodeOptions: [`--min-semi-space-size=${youngMegabytes(size)}`, `--max-semi-space-size=${youngMegabytes(size)}`],
    isAlone: true,
    value: ({ small = Number.NaN, large = Number.NaN }) => large / small,
    cost: ({ large = Number.NaN }) => large,
    detail: ({ small, large }: Sample) => `${microseconds(small)} → ${microseconds(large)} µs`,
  }) as const satisfies Partial<Row>

async function growthProbe(
  run: (count: number) => PromiseLike<unknown>,
  largeSize: number,
  scale: Scale,
): Promise<Probe> {
  const runSmall = async (batches: number) => {
    for (let batch = 0; batch < batches; batch++) await run(smallSize)
  }
  touchYoung(youngMegabytes(largeSize) * 2.2 * 2 ** 20)
  const batches = await calibrate(runSmall, scale)
  const measure = async () => {
    collectYoung()
    await runSmall(Math.ceil(batches / 4))
    const small = await cpuPerCall(smallSize * batches, () => runSmall(batches))
    collectYoung()
    const large = await cpuPerCall(largeSize, () => run(largeSize))
    return { small, large }
  }
  return { measure }
}

/** Whether a call in a long queue costs more than one in a short queue: added at once, run 64 at a time to the last. */
export const growthQueuedRow = ({ queued }: Scale): Row => ({
  ...growthRow(queued),
  id: 'growth-queued',
  title: `growth of cost per call, ${thousands(smallSize)} → ${thousands(queued)} queued`,
  contenders: [
    'bare',
    'headrace',
    'cockatiel-no-abort',
    'effect',
    'p-queue-p-retry',
    'p-limit-p-retry-p-timeout',
    'plain-rxjs',
    'p-limit',
    'merge-map',
  ],
  open: async (create, scale) =>
    growthProbe(batcher(create({ tool: immediateTool, concurrency: 64, queue: queued })), queued, scale),
})

/** Whether a call among many that run costs more than one among few: all started, then all released. */
export const growthInFlightRow = ({ inFlight }: Scale): Row => ({
  ...growthRow(inFlight),
  id: 'growth-in-flight',
  title: `growth of cost per call, ${thousands(smallSize)} → ${thousands(inFlight)} in flight`,
  contenders: [
    'bare',
    'headrace',
    'opossum-p-retry',
    'cockatiel-no-abort',
    'effect',
    'p-queue-p-retry',
    'p-limit-p-retry-p-timeout',
    'plain-rxjs',
    'p-limit',
    'merge-map',
    'fork-join',
  ],
  open: async (create, scale) => {
    let gate: Gate = createGate()
    const runAll = batcher(create({ tool: () => gate.opened, concurrency: inFlight, queue: inFlight }))
    const run = async (count: number) => {
      gate = createGate()
      const all = runAll(count)
      await settle()
      gate.open()
      await all
    }
    return growthProbe(run, inFlight, scale)
  },
})
