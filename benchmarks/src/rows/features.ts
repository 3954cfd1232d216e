import { input, requireForm } from '../contender.ts'
import type { Feature } from '../contenders/headrace-features.ts'
import { atMost, type Goal } from '../goal.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import { turn } from '../measure/turn.ts'
import type { Row } from '../row.ts'
import { sequentialWorkload } from './sequential.ts'

const slices = 6

/** What one feature adds to a call: the same calls with it and without it, in turns, in one process. */
function featureRow(id: Feature, title: string, goals: readonly Goal[] = []): Row {
  return {
    id: `feature-${id}`,
    title: `on top of the four policies: ${title}`,
    unit: 'ns',
    share: 0.7,
    contenders: ['headrace'],
    load: { headrace: async () => ({ create: (await import('../contenders/headrace-features.ts')).features[id] }) },
    goals,
    value: ({ plain = Number.NaN, featured = Number.NaN }) => featured - plain,
    detail: ({ plain, featured }) => `${microseconds(plain)} → ${microseconds(featured)}`,
    open: async (create, scale) => {
      const { create: createPlain } = await import('../contenders/headrace.ts')
      const callFeatured = requireForm(create(sequentialWorkload), 'call')
      const callPlain = requireForm(createPlain(sequentialWorkload), 'call')
      const runFeatured = async (count: number) => {
        for (let index = 0; index < count; index++) await callFeatured(input)
        await turn()
      }
      const runPlain = async (count: number) => {
        for (let index = 0; index < count; index++) await callPlain(input)
        await turn()
      }
      const long = { warmUpMs: scale.warmUpMs * 2, batchMs: scale.batchMs * 2 }
      await calibrate(runFeatured, long)
      const count = Math.ceil((await calibrate(runPlain, long)) / slices)
      return {
        measure: async () => {
          let [plain, featured] = [0, 0]
          for (let slice = 0; slice < slices; slice++) {
            plain += await cpuPerCall(count, () => runPlain(count))
            featured += await cpuPerCall(count, () => runFeatured(count))
          }
          return { plain: plain / slices, featured: featured / slices }
        },
      }
    },
  }
}

const microseconds = (nanoseconds = Number.NaN) => (nanoseconds / 1_000).toPrecision(2)

/** Features of core that stand on the path of every call, each where it has nothing to do but look. */
export const featureRows: readonly Row[] = [
  featureRow('rate-limit', 'a rate limit that never blocks'),
  featureRow('hedge', 'hedging that never fires'),
  featureRow('approval', 'an approval that agrees at once'),
  featureRow('audit', 'an audit log in memory'),
  featureRow('telemetry', 'OpenTelemetry without a provider', [atMost(500, '0.5 µs')]),
]
