import type { CacheStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { needs } from '../trial.ts'
import { openShelf, type Shelf } from './shelf.ts'

/** What an invalidation removes, and what it keeps out. */
export const epochCases: readonly ContractCase<CacheStore>[] = [
  {
    name: 'invalidate removes every entry of the partition that carries one of the tags',
    async run(trial) {
      const { find, put, entry, invalidate } = openShelf(trial)
      await put('a', entry('1', { tags: ['x'] }))
      await put('b', entry('2', { tags: ['w', 'x', 'y'] }))
      await put('c', entry('3', { tags: ['y'] }))
      await invalidate('x', 'nobody')
      holdEqual([await find('a'), await find('b')], [undefined, undefined], 'what is found of the entries with the tag')
      await invalidate('z', 'y')
      holdEqual(await find('c'), undefined, 'what is found of an entry with the second of two tags')
    },
  },
  {
    name: 'invalidate removes nothing in another partition',
    async run(trial) {
      const [one, two] = [openShelf(trial), openShelf(trial)]
      for (const { put, entry } of [one, two]) await put('a', entry('1', { tags: ['x'] }))
      const epoch = await two.epoch()
      await one.invalidate('x')
      holdEqual([await one.find('a'), await two.find('a')], [undefined, '1'], 'what is found in the two partitions')
      await two.put('b', two.entry('2', { tags: ['x'] }), { epoch })
    },
  },
  {
    name: 'where tags are supported, invalidate removes and refuses nothing that carries none of the tags',
    async run(trial) {
      needs(trial.store.supports.tags, 'the store supports no tags')
      const { find, put, entry, invalidate, epoch } = openShelf(trial)
      await put('a', entry('1', { tags: ['y'] }))
      await put('b', entry('2'))
      const before = await epoch()
      await invalidate('x')
      holdEqual([await find('a'), await find('b')], ['1', '2'], 'what is found of entries without the tag')
      await put('a', entry('3', { tags: ['y'] }), { epoch: before })
      await put('b', entry('4'), { epoch: before })
    },
  },
  {
    name: 'where tags are not supported, an invalidation removes and refuses everything of the partition',
    async run(trial) {
      needs(!trial.store.supports.tags, 'the store supports tags')
      const { find, put, set, entry, invalidate, epoch } = openShelf(trial)
      await put('a', entry('1', { tags: ['y'] }))
      await put('b', entry('2'))
      const before = await epoch()
      await invalidate('x')
      holdEqual([await find('a'), await find('b')], [undefined, undefined], 'what is found after any invalidation')
      holdEqual(
        await set('b', entry('3'), { epoch: before }),
        false,
        'what a set answers that has the epoch from before',
      )
    },
  },
  {
    name: 'a write is refused, and changes nothing, when a tag of its entry was invalidated after its epoch was read',
    async run(trial) {
      const { find, put, set, entry, invalidate, epoch } = openShelf(trial)
      const before = await epoch()
      await invalidate('x')
      await put('a', entry('1'))
      const late = entry('2', { tags: ['w', 'x'] })
      holdEqual(await set('a', late, { epoch: before }), false, 'what the late write is answered')
      holdEqual(await find('a'), '1', 'what is found after the late write')
    },
  },
  {
    name: 'a write is taken whose epoch was read after the invalidation, and one without an epoch',
    async run(trial) {
      const { find, put, entry, invalidate, epoch } = openShelf(trial)
      await invalidate('x')
      await put('a', entry('1', { tags: ['x'] }), { epoch: await epoch() })
      await invalidate('x')
      await put('b', entry('2', { tags: ['x'] }), {})
      holdEqual([await find('a'), await find('b')], [undefined, '2'], 'what is found')
    },
  },
  {
    name: 'each invalidation has an epoch of 0 or more that is higher than all before it; epoch tells the newest of the tags',
    async run(trial) {
      const { invalidate, epoch } = openShelf(trial)
      const before = await epoch()
      hold(before >= 0 && (await epoch('x')) >= 0, 'epochs are 0 or more', before)
      const [x, y] = [await invalidate('x'), await invalidate('y', 'w')]
      hold(before < x && x < y, 'epochs grow', before, x, y)
      hold((await epoch('x')) >= x && (await epoch('w')) >= y, "a tag's epoch is that of its last invalidation", x, y)
      hold((await epoch('x', 'y', 'none')) >= y, 'the epoch of several tags is the newest of theirs', y)
      const whole = await epoch()
      const z = await invalidate('z')
      hold(
        y <= whole && whole < z,
        "the partition's epoch is at least that of every invalidation so far, and below later ones",
        y,
        whole,
        z,
      )
      if (trial.store.supports.tags)
        hold((await epoch('x')) < y, "another tag's invalidation is not a tag's epoch", x, y)
    },
  },
  {
    name: 'of many invalidations at once each has an epoch of its own',
    async run(trial) {
      const { invalidate, epoch } = openShelf(trial)
      const epochs = await Promise.all(Array.from({ length: 30 }, (_, index) => invalidate(`tag ${index % 3}`)))
      holdEqual(new Set(epochs).size, 30, 'the epochs of 30 invalidations')
      hold((await epoch()) >= Math.max(...epochs), "the partition's epoch is at least that of each")
    },
  },
  {
    name: 'a late write and an invalidation at once leave no entry',
    async run(trial) {
      const { find, set, entry, invalidate, epoch } = openShelf(trial)
      for (let round = 0; round < 20; round += 1) {
        const before = await epoch()
        const key = `${round}`
        const write = (): Promise<unknown> => set(key, entry('late', { tags: ['x'] }), { epoch: before })
        await (round % 2 === 0 ? Promise.all([write(), invalidate('x')]) : Promise.all([invalidate('x'), write()]))
        holdEqual(await find(key), undefined, 'what is found after both')
      }
    },
  },
  {
    name: 'any text may be a tag, and an entry may have many',
    async run(trial) {
      const { find, put, set, entry, invalidate, epoch } = openShelf(trial)
      const many = Array.from({ length: 300 }, (_, index) => `tag ${index}`)
      for (const tag of hostileNames) await put(tag, entry(tag, { tags: [tag, ...many] }))
      const epochs = await epoch()
      for (const tag of hostileNames) {
        holdEqual(await find(tag), tag, 'the entry whose tag is not invalidated yet')
        await invalidate(tag)
        holdEqual(await find(tag), undefined, 'what is found of the entry whose tag was invalidated')
        holdEqual(
          await set(tag, entry('late', { tags: [tag] }), { epoch: epochs }),
          false,
          'what a late write is answered',
        )
        // So that the others do not depend on tags being supported.
        if (!trial.store.supports.tags) for (const other of hostileNames) await put(other, entry(other))
      }
    },
  },
  {
    name: 'purge without tags removes every entry of every partition, and refuses what was computed before',
    async run(trial) {
      const shelves = [openShelf(trial), openShelf(trial), openShelf(trial)] as const
      const [tagged, plain, empty] = shelves
      await tagged.put('a', tagged.entry('1', { tags: ['x'] }))
      await plain.put('a', plain.entry('2'))
      const before = await Promise.all(shelves.map(({ epoch }) => epoch()))
      await trial.store.purge(undefined, trial.at())
      holdEqual(
        [await tagged.find('a'), await plain.find('a')],
        [undefined, undefined],
        'what is found after the purge',
      )
      for (const [index, { set, entry }] of shelves.entries()) {
        const guard = { epoch: before[index] }
        holdEqual(await set('b', entry('3'), guard), false, 'what a write from before the purge is answered')
      }
      await empty.put('b', empty.entry('4'), { epoch: await empty.epoch() })
    },
  },
  {
    name: 'purge with tags removes what carries one of them in every partition, and refuses what was computed before',
    async run(trial) {
      const shelves = [openShelf(trial), openShelf(trial)] as const
      const [full, empty] = shelves
      await full.put('a', full.entry('1', { tags: ['x', 'y'] }))
      await full.put('b', full.entry('2'))
      const before = await Promise.all(shelves.map(({ epoch }) => epoch()))
      await trial.store.purge(['w', 'x'], trial.at())
      holdEqual(await full.find('a'), undefined, 'what is found of an entry with the tag')
      await holdRefused(full, before[0], ['x'])
      await holdRefused(empty, before[1], ['x'])
      if (!trial.store.supports.tags) return
      holdEqual(await full.find('b'), '2', 'what is found of an entry without the tag')
      await full.put('c', full.entry('3', { tags: ['z'] }), { epoch: before[0] })
    },
  },
]

async function holdRefused({ set, entry }: Shelf, epoch: number | undefined, tags: readonly string[]): Promise<void> {
  holdEqual(
    await set('late', entry('late', { tags }), { epoch }),
    false,
    'what a write from before the purge is answered',
  )
}
