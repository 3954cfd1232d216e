import { describe, it } from 'vitest'
import { holdDistribution, holdSchedules } from './schedules/hold-schedules.ts'

describe('ten thousand random schedules', () => {
  it('hold every invariant, with each ending in at least 5 % of the calls', async () => {
    const seed = Number(process.env.SCHEDULES_SEED ?? 20_260_101)
    holdDistribution(await holdSchedules({ runs: 10_000, seed }))
  })
})
