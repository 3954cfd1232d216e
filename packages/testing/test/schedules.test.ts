import { describe, it } from 'vitest'
import { holdDistribution, holdSchedules } from './schedules/hold-schedules.ts'

describe('random schedules', () => {
  it('hold every invariant, with each ending in at least 5 % of the calls', async () => {
    holdDistribution(await holdSchedules({ runs: 300, seed: 1 }))
  }, 60_000)
})
