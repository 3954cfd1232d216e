import type { CacheStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { holdEqual } from '../hold.ts'
import { needs } from '../trial.ts'
import { holdSame, openShelf } from './shelf.ts'

const hourMs = 3_600_000

/** How long an entry is given. */
export const expiryCases: readonly ContractCase<CacheStore>[] = [
  {
    name: 'an entry is given until its expiresAt, exclusive',
    async run(trial) {
      const { time } = trial
      const { find, put, entry } = openShelf(trial)
      const expiresAt = time.now() + time.unit
      await put('a', entry('1', { expiresAt }))
      await time.before(expiresAt, async () => holdEqual(await find('a'), '1', 'what is found before expiresAt'))
      await time.reach(expiresAt)
      holdEqual(await find('a'), undefined, 'what is found at expiresAt')
    },
  },
  {
    name: 'an entry with a staleUntil is given until then, exclusive',
    async run(trial) {
      const { time } = trial
      const { find, put, entry } = openShelf(trial)
      const [expiresAt, staleUntil] = [time.now() + time.unit, time.now() + 2 * time.unit]
      await put('a', entry('1', { expiresAt, staleUntil }))
      await time.reach(expiresAt)
      await time.before(staleUntil, async () => holdEqual(await find('a'), '1', 'what is found before staleUntil'))
      await time.reach(staleUntil)
      holdEqual(await find('a'), undefined, 'what is found at staleUntil')
    },
  },
  {
    name: 'reading never extends a life',
    async run(trial) {
      const { time } = trial
      const { find, put, entry } = openShelf(trial)
      const expiresAt = time.now() + time.unit
      await put('a', entry('1', { expiresAt }))
      for (const part of [0.3, 0.6, 0.9]) {
        await time.reach(expiresAt - (1 - part) * time.unit)
        await find('a')
      }
      await time.reach(expiresAt)
      holdEqual(await find('a'), undefined, 'what is found at expiresAt of an entry that was read')
    },
  },
  {
    name: 'an entry that takes the place of another brings its own end',
    async run(trial) {
      const { time } = trial
      const { find, put, entry } = openShelf(trial)
      const [soon, late] = [time.now() + time.unit, time.now() + 100 * time.unit]
      await put('longer', entry('1', { expiresAt: soon, staleUntil: soon }))
      await put('longer', entry('2', { expiresAt: late }))
      await put('shorter', entry('3', { expiresAt: late, staleUntil: late }))
      await put('shorter', entry('4', { expiresAt: soon }))
      await time.reach(soon)
      holdEqual([await find('longer'), await find('shorter')], ['2', undefined], 'what is found after the shorter life')
    },
  },
  {
    name: 'an entry that is over when it is stored is never given, nor is the one whose place it took',
    async run(trial) {
      const { find, put, set, entry } = openShelf(trial)
      await put('a', entry('1'))
      for (const ago of [0, 1, hourMs]) {
        await set('a', entry('2', { expiresAt: trial.time.now() - ago }))
        holdEqual(await find('a'), undefined, `what is found of an entry that was over ${ago} ms ago`)
      }
    },
  },
  {
    name: 'an end that is far away comes no sooner',
    async run(trial) {
      const { get, put, entry } = openShelf(trial)
      for (const expiresAt of [trial.time.now() + 2 ** 31, trial.time.now() + 100 * 365 * 24 * hourMs, 8.64e15]) {
        const stored = entry('1', { expiresAt })
        await put('a', stored)
        holdSame(await get('a'), stored, 'the entry')
      }
    },
  },
  {
    name: 'a store with a clock of its own keeps an entry for as long as its writer said, whatever time that one has',
    async run(trial) {
      const { time, store } = trial
      needs(time.clock === 'server', 'the store goes by the time that it is told')
      const { place, entry } = openShelf(trial)
      const now = time.now()
      for (const shift of [hourMs, -hourMs]) {
        const key = place(`${shift}`)
        const at = (): { now: number } => ({ now: time.now() + shift })
        const life = { storedAt: now + shift, expiresAt: now + shift + 2 * time.unit }
        await time.begin(() => store.set(key, entry('1', life), {}, at()))
        await time.before(now + 2 * time.unit, async () => {
          holdEqual((await store.get(key, at()))?.id, '1', 'what its writer finds while it lives')
        })
      }
      await time.reach(now + 2 * time.unit)
      for (const shift of [hourMs, -hourMs]) {
        const found = await store.get(place(`${shift}`), { now: now + shift })
        holdEqual(found, undefined, 'what is found when its life is over')
      }
    },
  },
]
