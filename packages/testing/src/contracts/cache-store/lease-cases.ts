import type { CacheStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { needs, type Trial } from '../trial.ts'
import { type Leasing, openLeasing, openShelf, type Shelf } from './shelf.ts'

function open(trial: Trial<CacheStore>): Shelf & Leasing {
  needs(trial.store.supports.leases, 'the store supports no leases')
  const shelf = openShelf(trial)
  return { ...shelf, ...openLeasing(trial, shelf) }
}

/** Who may compute a value. */
export const leaseCases: readonly ContractCase<CacheStore>[] = [
  {
    name: 'a store that supports leases has lease and release, and one that does not has neither',
    async run({ store }) {
      const { leases } = store.supports
      holdEqual(
        [typeof store.lease === 'function', typeof store.release === 'function'],
        [leases, leases],
        'whether it has the methods',
      )
    },
  },
  {
    name: 'a lease has one holder at a time; others are told after how long to look again, within its time',
    async run(trial) {
      const { take, wait } = open(trial)
      const ttlMs = 10 * trial.time.unit
      await take('a', ttlMs)
      const waitMs = await wait('a', 100 * ttlMs)
      hold(waitMs > 0 && waitMs <= ttlMs, `waitMs is more than 0 and at most the lease's ${ttlMs} ms`, waitMs)
      await take('b', ttlMs)
      await openLeasing(trial, openShelf(trial)).take('a', ttlMs)
    },
  },
  {
    name: 'waitMs counts down with the lease',
    async run(trial) {
      const { take, wait } = open(trial)
      const { time } = trial
      await take('a', 3 * time.unit)
      await time.pass(2 * time.unit)
      const waitMs = await wait('a', 3 * time.unit)
      hold(waitMs > 0 && waitMs <= time.unit, `waitMs is at most the ${time.unit} ms that are left`, waitMs)
    },
  },
  {
    name: 'a lease is good for its ttlMs; then another may have it, under another token',
    async run(trial) {
      const { take, wait } = open(trial)
      const { time } = trial
      const until = time.now() + time.unit
      const first = await take('a', time.unit)
      await time.before(until, async () => void (await wait('a', time.unit)))
      await time.reach(until)
      const second = await take('a', time.unit)
      hold(first !== second, 'two leases have two tokens', first)
    },
  },
  {
    name: 'set with its token ends the lease',
    async run(trial) {
      const { take, put, entry, find } = open(trial)
      const token = await take('a', 10 * trial.time.unit)
      await put('a', entry('1'), { token })
      holdEqual(await find('a'), '1', 'what is found')
      const next = await take('a', 10 * trial.time.unit)
      hold(next !== token, 'the next lease has another token', next)
    },
  },
  {
    name: "a write under a lease that somebody else holds by now is refused and changes nothing; the holder's is taken",
    async run(trial) {
      const { take, wait, set, put, entry, find } = open(trial)
      const { time } = trial
      const lost = await take('a', time.unit)
      await time.pass(time.unit)
      const held = await take('a', 50 * time.unit)
      holdEqual(await set('a', entry('1'), { token: lost }), false, 'what the write under the lost lease is answered')
      holdEqual(await find('a'), undefined, 'what is found after it')
      await wait('a', time.unit)
      await put('a', entry('2'), { token: held })
    },
  },
  {
    name: 'a write under a lease that is over is taken where nobody else holds one',
    async run(trial) {
      const { take, put, entry, find } = open(trial)
      const token = await take('a', trial.time.unit)
      await trial.time.pass(trial.time.unit)
      await put('a', entry('1'), { token })
      holdEqual(await find('a'), '1', 'what is found')
    },
  },
  {
    name: 'a write that its epoch forbids leaves the lease as it is',
    async run(trial) {
      const { take, wait, set, entry, epoch, invalidate } = open(trial)
      const before = await epoch()
      const token = await take('a', 50 * trial.time.unit)
      await invalidate('x')
      const late = entry('1', { tags: ['x'] })
      holdEqual(await set('a', late, { token, epoch: before }), false, 'what the late write is answered')
      await wait('a', trial.time.unit)
    },
  },
  {
    name: 'release ends the lease of its holder, and of nobody else',
    async run(trial) {
      const { take, wait, release } = open(trial)
      const ttlMs = 50 * trial.time.unit
      const token = await take('a', ttlMs)
      await release('a', 'no token of ours')
      await release('b', token)
      await wait('a', ttlMs)
      await release('a', token)
      await take('a', ttlMs)
      await release('a', token)
      await wait('a', ttlMs)
    },
  },
  {
    name: 'of many who ask at once one has the lease',
    async run(trial) {
      const { place } = open(trial)
      const { store, at } = trial
      const answers = await Promise.all(
        Array.from({ length: 40 }, async () => store.lease?.(place('a'), 50 * trial.time.unit, at())),
      )
      const tokens = answers.filter((answer) => answer !== undefined && 'token' in answer)
      holdEqual(tokens.length, 1, 'the leases given to 40 who asked')
    },
  },
]
