import type { Limiter } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { needs, type Trial } from '../trial.ts'
import { type Meter, openMeter, permit, rate } from './meter.ts'

function open(trial: Trial<Limiter>): Meter {
  needs(trial.store.supports.concurrency, 'the limiter supports no concurrency')
  return openMeter(trial)
}

/** How many calls run at once. */
export const permitCases: readonly ContractCase<Limiter>[] = [
  {
    name: 'a key has max permits; one that is released is there again',
    async run(trial) {
      const { take, refuse, release } = open(trial)
      const request = permit(trial, trial.name('permit'), 2)
      const [first] = [await take(request), await take(request)]
      holdEqual((await refuse(request)).blockedBy, request.key, 'what stands in the way')
      await release(first)
      await take(request)
      await refuse(request)
      await take(permit(trial, trial.name('permit'), 2))
    },
  },
  {
    name: 'of many who ask at once as many are granted as there are permits, now and when they were released',
    async run(trial) {
      const { crowd, ask, release } = open(trial)
      const request = permit(trial, trial.name('permit'), 5)
      const decisions = await Promise.all(Array.from({ length: 40 }, () => ask(request)))
      const leases = decisions.flatMap((decision) => (decision.granted ? [decision.lease] : []))
      holdEqual(
        [leases.length, new Set(leases).size],
        [5, 5],
        'how many of 40 are granted, and how many leases they have',
      )
      await Promise.all(leases.slice(0, 3).map((lease) => release(lease)))
      holdEqual(await crowd(40, request), 3, 'how many of 40 are granted when 3 were released')
    },
  },
  {
    name: 'a permit that was neither renewed nor released is given back after leaseMs, and not before',
    async run(trial) {
      const { take, refuse, renew } = open(trial)
      const { time } = trial
      const request = permit(trial, trial.name('permit'), 1, 2 * time.unit)
      const until = time.now() + 2 * time.unit
      const lost = await take(request)
      await time.before(until, async () => void (await refuse(request)))
      await time.reach(until)
      const lease = await take(request)
      hold(lease !== lost, 'two leases have two names', lease)
      holdEqual(await renew(lost), false, 'renewing the lease that was given back')
      await refuse(request)
    },
  },
  {
    name: 'renew keeps the permits for leaseMs from now on',
    async run(trial) {
      const { take, refuse, renew } = open(trial)
      const { time } = trial
      const request = permit(trial, trial.name('permit'), 1, 3 * time.unit)
      const lease = await take(request)
      for (let count = 0; count < 2; count += 1) {
        await time.pass(2 * time.unit)
        holdEqual(await renew(lease), true, 'renewing a lease in its time')
      }
      const until = time.now() + 3 * time.unit
      await time.before(until, async () => void (await refuse(request)))
      await time.reach(until)
      await take(request)
    },
  },
  {
    name: 'renew is false for a lease that is over, was released or never was',
    async run(trial) {
      const { take, release, renew } = open(trial)
      const { time } = trial
      const released = await take(permit(trial, trial.name('permit')))
      await release(released)
      const over = await take(permit(trial, trial.name('permit'), 1, time.unit))
      await time.pass(time.unit)
      const answers = [await renew(released), await renew(over), await renew(trial.name('nobody')), await renew('')]
      holdEqual(answers, [false, false, false, false], 'what renew answers')
    },
  },
  {
    name: "a lease is released once: what is released again, or is over, frees nobody else's permit",
    async run(trial) {
      const { take, refuse, release } = open(trial)
      const { time } = trial
      const request = permit(trial, trial.name('permit'), 1, 2 * time.unit)
      const first = await take(request)
      await release(first)
      const second = await take(request)
      const fails = async (lease: string): Promise<boolean> =>
        release(lease).then(
          () => false,
          () => true,
        )
      const failed = [await fails(first), await fails(trial.name('nobody')), await fails('')]
      holdEqual(failed, [false, false, false], 'whether the release of a lease that is not held fails')
      await refuse(request)
      await time.pass(2 * time.unit)
      await take(request)
      await release(second)
      await refuse(request)
    },
  },
  {
    name: 'permits of one lease are given back together',
    async run(trial) {
      const { take, refuse, release } = open(trial)
      const requests = [permit(trial, trial.name('one')), permit(trial, trial.name('two'))] as const
      const lease = await take(...requests)
      for (const request of requests) await refuse(request)
      await release(lease)
      await take(...requests)
    },
  },
  {
    name: 'each key has permits of its own, whatever the key is',
    async run(trial) {
      const { take, refuse, release } = open(trial)
      const own = trial.name('permit')
      const leases: string[] = []
      for (const name of [...hostileNames, ...hostileNames.map((end) => `${own}${end}`)]) {
        leases.push(await take(permit(trial, name)))
        await refuse(permit(trial, name))
      }
      for (const lease of leases) await release(lease)
    },
  },
  {
    name: 'a rate and permits of one key do not count together',
    async run(trial) {
      const { take, refuse, release } = open(trial)
      const key = trial.name('key')
      const [tokens, permits] = [rate(trial, key, { limit: 2, perMs: 100 * trial.time.unit }), permit(trial, key)]
      await release(await take(tokens, permits))
      await take(tokens, permits)
      await refuse(tokens)
      await refuse(permits)
    },
  },
]
