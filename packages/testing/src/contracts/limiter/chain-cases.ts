import type { Limiter, LimitRequest } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { holdRefusal, openMeter, permit, rate } from './meter.ts'

/** Several limits at once, what is given back, and cooldowns. */
export const chainCases: readonly ContractCase<Limiter>[] = [
  {
    name: 'acquire takes all that is asked for, or nothing',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const wide = { perMs: 100 * trial.time.unit }
      const [free, spent] = [rate(trial, trial.name('free'), wide), rate(trial, trial.name('spent'), wide)]
      const others: LimitRequest[] = trial.store.supports.concurrency ? [permit(trial, trial.name('permit'))] : []
      await take(spent)
      await refuse(free, ...others, spent)
      await refuse(spent, ...others, free)
      await take(free, ...others)
      for (const request of [free, ...others]) await refuse(request)
    },
  },
  {
    name: 'of many who ask at once for several limits as many are granted as fit in all of them',
    async run(trial) {
      const { crowd } = openMeter(trial)
      const wide = { perMs: 1_000 * trial.time.unit }
      const wider = rate(trial, trial.name('wider'), { ...wide, limit: 9 })
      const narrow = rate(trial, trial.name('narrow'), { ...wide, limit: 4 })
      holdEqual(await crowd(40, wider, narrow), 4, 'how many of 40 are granted')
      holdEqual(await crowd(40, wider), 5, 'how many of 40 are granted of the wider limit, of which 4 are taken')
    },
  },
  {
    name: 'a refusal tells the key that stands in the way longest, and for how long',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { unit } = trial.time
      const [short, long] = [
        rate(trial, trial.name('short'), { perMs: 5 * unit }),
        rate(trial, trial.name('long'), { perMs: 20 * unit }),
      ]
      await take(short, long)
      holdRefusal(trial, await refuse(short, long), long.key, 20 * unit)
      holdRefusal(trial, await refuse(long, short), long.key, 20 * unit)
      holdRefusal(trial, await refuse(short), short.key, 5 * unit)
    },
  },
  {
    name: 'who asks for nothing is granted it, as a lease',
    async run(trial) {
      const { take, release } = openMeter(trial)
      const [one, two] = [await take(), await take()]
      hold(one !== two, 'two leases have two names', one)
      await release(one)
    },
  },
  {
    name: 'what could never be granted fails, and so does a kind that is not supported; nothing is taken then',
    async run(trial) {
      const { ask, take } = openMeter(trial)
      const { concurrency, slidingWindow } = trial.store.supports
      const key = trial.name('key')
      const beside = rate(trial, trial.name('beside'), { perMs: 100 * trial.time.unit })
      const window = rate(trial, key, { algorithm: 'sliding-window', limit: 2, burst: 9 })
      const wrong: LimitRequest[] = [rate(trial, key, { limit: 2, burst: 2, weight: 3 })]
      wrong.push(slidingWindow ? { ...window, weight: 3 } : window)
      wrong.push(concurrency ? permit(trial, key, 0) : permit(trial, key))
      for (const request of wrong) {
        const decision = await ask(beside, request).catch((error: unknown) => error)
        hold(decision instanceof Error, 'acquire fails', decision, request)
      }
      await take(beside)
    },
  },
  {
    name: 'release keeps the tokens of a call that has started, and with refund gives back those of one that never did',
    async run(trial) {
      const { take, refuse, release } = openMeter(trial)
      const kinds = trial.store.supports.slidingWindow
        ? (['token-bucket', 'sliding-window'] as const)
        : (['token-bucket'] as const)
      for (const algorithm of kinds) {
        const request = rate(trial, trial.name('rate'), {
          limit: 3,
          weight: 3,
          perMs: 100 * trial.time.unit,
          algorithm,
        })
        const lease = await take(request)
        await release(lease, true)
        await release(await take(request))
        await refuse({ ...request, weight: 1 })
        await release(lease, true)
        await refuse({ ...request, weight: 1 })
      }
    },
  },
  {
    name: 'a refund never lets more through than the rate allows',
    async run(trial) {
      const { take, refuse, release } = openMeter(trial)
      const { time } = trial
      const request = rate(trial, trial.name('rate'), { perMs: time.unit, limit: 2 })
      const leases = [await take(request), await take(request)]
      await time.pass(time.unit)
      for (const lease of leases) await release(lease, true)
      await take(request)
      await take(request)
      await refuse(request)
    },
  },
  {
    name: 'cooldown refuses every request of its key until its end, exclusive, and none of another key',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { time, at } = trial
      const [key, beside] = [trial.name('key'), rate(trial, trial.name('beside'), { perMs: 100 * time.unit })]
      const requests: LimitRequest[] = [rate(trial, key, { limit: 100 })]
      if (trial.store.supports.concurrency) requests.push(permit(trial, key, 100))
      await take(...requests)
      const until = time.now() + 3 * time.unit
      await trial.store.cooldown(key, until, at())
      for (const request of requests) holdRefusal(trial, await refuse(beside, request), key, until - time.now())
      await take(beside)
      await time.before(until, async () => {
        for (const request of requests) await refuse(request)
      })
      await time.reach(until)
      await take(...requests)
    },
  },
  {
    name: 'an earlier end changes nothing of a cooldown, a later one does, and one that has passed is none',
    async run(trial) {
      const { take, refuse } = openMeter(trial)
      const { time, at } = trial
      const request = rate(trial, trial.name('rate'), { limit: 100 })
      const cool = async (ms: number): Promise<void> => trial.store.cooldown(request.key, time.now() + ms, at())
      await cool(-1)
      await cool(0)
      await take(request)
      await cool(4 * time.unit)
      await cool(time.unit)
      await cool(-time.unit)
      const first = time.now() + 4 * time.unit
      holdRefusal(trial, await refuse(request), request.key, 4 * time.unit)
      await cool(6 * time.unit)
      await time.reach(first)
      await refuse(request)
      await time.pass(2 * time.unit)
      await take(request)
    },
  },
  {
    name: 'what is given back does not end a cooldown',
    async run(trial) {
      const { take, refuse, release } = openMeter(trial)
      const { time, at } = trial
      const requests: LimitRequest[] = [rate(trial, trial.name('key'))]
      if (trial.store.supports.concurrency) requests.push(permit(trial, requests[0]?.key ?? ''))
      const lease = await take(...requests)
      await trial.store.cooldown(requests[0]?.key ?? '', time.now() + 100 * time.unit, at())
      await release(lease, true)
      for (const request of requests) await refuse(request)
    },
  },
]
