import type { Limiter, RateRequest } from '@headrace/core'
import { createSeededRandom } from '../../seeded-random.ts'
import type { ContractCase } from '../contract.ts'
import { holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { needs, type Trial } from '../trial.ts'
import { holdRefusal, openMeter, rate } from './meter.ts'

/** How many calls get through in which time. */
export const rateCases: readonly ContractCase<Limiter>[] = [
  {
    name: 'a token bucket grants its burst at once, and then limit in perMs, exactly when it says',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { time } = trial
      const request = rate(trial, trial.name('rate'), { limit: 2, perMs: 2 * time.unit, burst: 3 })
      for (let count = 0; count < 3; count += 1) await take(request)
      for (let count = 0; count < 2; count += 1) {
        const next = time.now() + time.unit
        const refusal = await refuse(request)
        if (count === 0) holdRefusal(trial, refusal, request.key, time.unit)
        await time.before(next, async () => void (await refuse(request)))
        await time.reach(next)
        await take(request)
      }
    },
  },
  {
    name: 'a token bucket never holds more than its burst',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { time } = trial
      const request = rate(trial, trial.name('rate'), { limit: 1, perMs: time.unit / 2, burst: 2 })
      await take(request)
      await time.pass(4 * time.unit)
      await take(request)
      await take(request)
      await refuse(request)
    },
  },
  {
    name: 'a request counts as many as its weight',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { unit } = trial.time
      const bucket = rate(trial, trial.name('rate'), { limit: 5, perMs: 10 * unit })
      await take({ ...bucket, weight: 3 })
      holdRefusal(trial, await refuse({ ...bucket, weight: 3 }), bucket.key, 2 * unit)
      holdRefusal(trial, await refuse({ ...bucket, weight: 5 }), bucket.key, 6 * unit)
      await take({ ...bucket, weight: 2 })
      await refuse(bucket)
    },
  },
  {
    name: 'a sliding window grants at most its limit in any perMs, exactly when it says',
    async run(trial) {
      needs(trial.store.supports.slidingWindow, 'the limiter supports no sliding window')
      const { take, refuse } = openMeter(trial)
      const { time } = trial
      const request = rate(trial, trial.name('rate'), { limit: 2, perMs: 2 * time.unit, algorithm: 'sliding-window' })
      await take(request)
      const first = time.now() + 2 * time.unit
      await time.pass(time.unit)
      await take(request)
      const second = time.now() + 2 * time.unit
      for (const next of [first, second]) {
        holdRefusal(trial, await refuse(request), request.key, next - time.now())
        await time.before(next, async () => void (await refuse(request)))
        await time.reach(next)
        await take(request)
      }
    },
  },
  {
    name: 'what is refused counts nothing',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { time } = trial
      const kinds = trial.store.supports.slidingWindow
        ? (['token-bucket', 'sliding-window'] as const)
        : (['token-bucket'] as const)
      const requests = kinds.map((algorithm) => rate(trial, trial.name('rate'), { algorithm, perMs: 2 * time.unit }))
      for (const request of requests) await take(request)
      const next = time.now() + 2 * time.unit
      await time.pass(time.unit)
      for (let count = 0; count < 10; count += 1) for (const request of requests) await refuse(request)
      await time.reach(next)
      for (const request of requests) await take(request)
    },
  },
  {
    name: 'each key is counted by itself, whatever the key is',
    async run(trial) {
      const { take, refuse, release } = openMeter(trial)
      const own = trial.name('rate')
      const leases: string[] = []
      for (const name of [...hostileNames, ...hostileNames.map((end) => `${own}${end}`)]) {
        const request = rate(trial, name, { perMs: 100 * trial.time.unit })
        leases.push(await take(request))
        await refuse(request)
      }
      for (const lease of leases) await release(lease, true)
    },
  },
  {
    name: 'of many who ask at once as many are granted as fit',
    async run(trial) {
      const { crowd } = openMeter(trial)
      const wide = { limit: 7, perMs: 1_000 * trial.time.unit }
      holdEqual(await crowd(40, rate(trial, trial.name('rate'), wide)), 7, 'how many of 40 a bucket of 7 grants')
      const heavy = rate(trial, trial.name('rate'), { ...wide, weight: 2 })
      holdEqual(await crowd(40, heavy), 3, 'how many of 40 with weight 2 a bucket of 7 grants')
      if (!trial.store.supports.slidingWindow) return
      const window = rate(trial, trial.name('rate'), { ...wide, algorithm: 'sliding-window' })
      holdEqual(await crowd(40, window), 7, 'how many of 40 a window of 7 grants')
    },
  },
  {
    name: 'over any row of requests it grants what a count of all grants allows, and tells to the millisecond when the next fits',
    async run(trial) {
      needs(trial.time.clock === 'caller', 'the limiter goes by a clock of its own')
      for (let seed = 1; seed <= 4; seed += 1) {
        const random = createSeededRandom(seed)
        await holdRow(trial, random, bucketModel)
        if (trial.store.supports.slidingWindow) await holdRow(trial, random, windowModel)
      }
    },
  },
]

/** Knows after how many milliseconds a request fits; `take` counts it. */
interface Model {
  readonly algorithm: RateRequest['algorithm']
  waitMs(now: number, weight: number): number
  take(now: number, weight: number): void
}

async function holdRow(
  trial: Trial<Limiter>,
  random: () => number,
  modelOf: (request: RateRequest) => Model,
): Promise<void> {
  const { ask } = openMeter(trial)
  const draw = (most: number): number => 1 + Math.floor(random() * most)
  const limit = draw(5)
  const numbers = { limit, perMs: limit * draw(50), burst: limit + draw(3) - 1 }
  const model = modelOf(rate(trial, '', numbers))
  const request = rate(trial, trial.name('rate'), { ...numbers, algorithm: model.algorithm })
  for (let count = 0; count < 60; count += 1) {
    await trial.time.pass(random() < 0.3 ? 0 : draw(20))
    const [now, weight] = [trial.time.now(), draw(Math.min(limit, 3))]
    const waitMs = model.waitMs(now, weight)
    const decision = await ask({ ...request, weight })
    const told = `${model.algorithm} of ${JSON.stringify(numbers)}, request ${count} of weight ${weight}`
    holdEqual(decision.granted ? 0 : decision.retryAfterMs, waitMs, `after how many milliseconds it fits: ${told}`)
    if (waitMs === 0) model.take(now, weight)
  }
}

/** Counts in parts of a token, of which `perMs` make one and `limit` drip in a millisecond: whole numbers. */
function bucketModel({ limit, perMs, burst }: RateRequest): Model {
  let [parts, at] = [burst * perMs, 0]
  const fill = (now: number): void => {
    parts = Math.min(burst * perMs, parts + (now - at) * limit)
    at = now
  }
  return {
    algorithm: 'token-bucket',
    waitMs(now, weight) {
      fill(now)
      return Math.max(0, Math.ceil((weight * perMs - parts) / limit))
    },
    take(now, weight) {
      fill(now)
      parts -= weight * perMs
    },
  }
}

/** Remembers every grant. */
function windowModel({ limit, perMs }: RateRequest): Model {
  const grants: { readonly at: number; readonly weight: number }[] = []
  const fits = (now: number, weight: number): boolean =>
    grants.reduce((sum, grant) => (grant.at > now - perMs ? sum + grant.weight : sum), weight) <= limit
  return {
    algorithm: 'sliding-window',
    waitMs(now, weight) {
      let waitMs = 0
      while (!fits(now + waitMs, weight)) waitMs += 1
      return waitMs
    },
    take: (at, weight) => void grants.push({ at, weight }),
  }
}
