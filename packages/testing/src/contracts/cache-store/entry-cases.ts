import type { CacheStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { deepFrozen, jsonSamples } from '../json-samples.ts'
import { holdSame, openShelf } from './shelf.ts'

/** What is kept, and where. */
export const entryCases: readonly ContractCase<CacheStore>[] = [
  {
    name: 'get gives the entry that was stored under the key, with all its members, and nothing where nothing was',
    async run(trial) {
      const { get, put, entry } = openShelf(trial)
      holdEqual(await get('a'), undefined, 'what get answers before anything was stored')
      const [plain, full] = [entry('1'), entry('2', { staleUntil: trial.time.now() + 1e9, tags: ['x', 'y'] })]
      await put('a', plain)
      await put('b', full)
      holdSame(await get('a'), plain, 'the entry')
      holdSame(await get('b'), full, 'the entry with all members')
      holdEqual(await get('c'), undefined, 'what get answers for another key')
    },
  },
  {
    name: 'every plain JSON value comes back as it was',
    async run(trial) {
      const { get, put, entry } = openShelf(trial)
      for (const [index, value] of jsonSamples.entries()) {
        const stored = entry(`${index}`, { value: deepFrozen(value) })
        await put('a', stored)
        holdSame(await get('a'), stored, 'the entry')
      }
    },
  },
  {
    name: 'set puts the entry in the place of an older one of the same key',
    async run(trial) {
      const { find, put, entry } = openShelf(trial)
      for (const id of ['1', '2', '1']) {
        await put('a', entry(id))
        holdEqual(await find('a'), id, 'the id of the entry that is found')
      }
    },
  },
  {
    name: 'delete removes the entry of its key, if it is there, and no other',
    async run(trial) {
      const { find, put, entry, place } = openShelf(trial)
      await trial.store.delete(place('a'), trial.at())
      await put('a', entry('1'))
      await put('b', entry('2'))
      await trial.store.delete(place('a'), trial.at())
      holdEqual(
        [await find('a'), await find('b')],
        [undefined, '2'],
        'what is found of the deleted entry and of another',
      )
    },
  },
  {
    name: 'entries of different partitions never meet',
    async run(trial) {
      const [one, two] = [openShelf(trial), openShelf(trial)]
      await one.put('a', one.entry('1'))
      holdEqual(await two.find('a'), undefined, 'what is found of the key in another partition')
      await two.put('a', two.entry('2'))
      await trial.store.delete(two.place('a'), trial.at())
      holdEqual(await one.find('a'), '1', 'what is found after the key was deleted in another partition')
    },
  },
  {
    name: 'any text may be a partition, a key and an id, and no two texts are the same',
    async run(trial) {
      const shelf = openShelf(trial)
      const others = hostileNames.map((name) => openShelf(trial, { partition: `${shelf.partition}${name}` }))
      const places = [
        ...others.map((other) => [other, 'k'] as const),
        ...hostileNames.map((name) => [shelf, name] as const),
      ]
      for (const [index, [{ put, entry }, key]] of places.entries()) await put(key, entry(`${index} ${key}`))
      for (const [index, [{ find }, key]] of places.entries()) {
        holdEqual(await find(key), `${index} ${key}`, `the id under the key ${JSON.stringify(key.slice(0, 50))}`)
      }
    },
  },
  {
    name: 'parts of a name cannot be moved between partition and key',
    async run(trial) {
      const name = trial.name('partition')
      for (const sign of ['', ':', '/', '\0', '|', '}:{']) {
        const [left, right] = [
          openShelf(trial, { partition: `${name}${sign}a` }),
          openShelf(trial, { partition: name }),
        ]
        await left.put('b', left.entry('left'))
        holdEqual(
          await right.find(`a${sign}b`),
          undefined,
          `what is found where the key has the end of the partition (${sign})`,
        )
        await trial.store.delete(left.place('b'), trial.at())
      }
    },
  },
  {
    name: 'whoever writes on a value that get gave changes nothing that is kept',
    async run(trial) {
      const { get, put, entry } = openShelf(trial)
      const stored = entry('1', { value: deepFrozen({ list: [1, 2], inner: { text: 'a' } }) })
      await put('a', stored)
      const given = (await get('a'))?.value
      hold(typeof given === 'object' && given !== null, 'the value is an object', given)
      Reflect.set(given, 'more', 1)
      Reflect.set(Reflect.get(given, 'inner'), 'text', 'changed')
      holdSame(await get('a'), stored, 'the entry after somebody wrote on its value')
    },
  },
  {
    name: 'of writes and deletions at once, one entry is left whole, or none',
    async run(trial) {
      const { get, set, entry, place } = openShelf(trial)
      const entries = Array.from({ length: 30 }, (_, index) =>
        entry(`${index}`, { value: [index, 'x'.repeat(index * 100)] }),
      )
      await Promise.all(
        entries.map(async (one, index) => {
          if (index % 5 === 4) await trial.store.delete(place('a'), trial.at())
          else await set('a', one)
        }),
      )
      const left = await get('a')
      if (left !== undefined) holdSame(left, entries[Number(left.id)] ?? entry('none'), 'the entry that is left')
      const last = entry('last')
      await set('a', last)
      holdSame(await get('a'), last, 'the entry that is written afterwards')
    },
  },
]
