import type { VectorIndex } from '@headrace/core'
import { holdAborted } from '../aborted.ts'
import type { ContractCase } from '../contract.ts'
import { holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { needs } from '../trial.ts'
import { atCosine, axis, dimensions, holdMatches, openBucket } from './bucket.ts'

const hourMs = 3_600_000

/** What is kept, where and for how long. */
export const keepCases: readonly ContractCase<VectorIndex>[] = [
  {
    name: 'add puts the vector in the place of one with the same id',
    async run(trial) {
      const { add, search } = openBucket(trial)
      await add('a', axis(1))
      await add('a', atCosine(0.9))
      holdMatches(trial, await search(axis(0)), [['a', 0.9]])
      await add('a', axis(2))
      holdEqual((await search(axis(0), { floor: 0.5 })).length, 0, 'how many are found where the first one was')
    },
  },
  {
    name: 'add keeps a copy: whoever writes on the vector afterwards changes nothing',
    async run(trial) {
      const { add, search } = openBucket(trial)
      const buffer = new Float32Array(3 * dimensions)
      const middle = buffer.subarray(dimensions, 2 * dimensions)
      middle.set(atCosine(0.9))
      const added = add('a', middle)
      buffer.fill(7)
      await added
      middle.set(atCosine(0.8, 2))
      await add('b', middle)
      buffer.fill(7)
      holdMatches(trial, await search(axis(0)), [
        ['a', 0.9],
        ['b', 0.8],
      ])
    },
  },
  {
    name: 'a vector is gone from its expiresAt on, and not before',
    async run(trial) {
      const { time } = trial
      const { add, find } = openBucket(trial)
      const expiresAt = time.now() + 2 * time.unit
      await add('a', axis(0), expiresAt)
      await add('b', atCosine(0.8))
      await time.before(expiresAt, async () => holdEqual(await find(axis(0)), ['a', 'b'], 'what is found before'))
      await time.reach(expiresAt)
      holdEqual(await find(axis(0)), ['b'], 'what is found then')
    },
  },
  {
    name: 'a vector in the place of another brings its own end, and one that is over when it is added is never found',
    async run(trial) {
      const { time } = trial
      const { add, find } = openBucket(trial)
      const soon = time.now() + 2 * time.unit
      await add('longer', axis(0), soon)
      await add('longer', axis(0), time.now() + 100 * time.unit)
      await add('shorter', atCosine(0.9), time.now() + 100 * time.unit)
      await add('shorter', atCosine(0.9), soon)
      await add('over', atCosine(0.8, 2), time.now())
      await add('long over', atCosine(0.7, 3), time.now() - hourMs)
      holdEqual(await find(axis(0)), ['longer', 'shorter'], 'what is found at first')
      await time.reach(soon)
      holdEqual(await find(axis(0)), ['longer'], 'what is found later')
    },
  },
  {
    name: 'an end that is far away comes no sooner',
    async run(trial) {
      const { add, find } = openBucket(trial)
      const now = trial.time.now()
      for (const [index, expiresAt] of [now + 2 ** 31, now + 100 * 365 * 24 * hourMs, 8.64e15].entries()) {
        await add(`${index}`, atCosine(0.9 - index * 0.1, index + 1), expiresAt)
      }
      holdEqual(await find(axis(0)), ['0', '1', '2'], 'what is found')
    },
  },
  {
    name: "what has expired stands in nobody's way",
    async run(trial) {
      needs(!trial.store.supports.approximate, 'the index is approximate')
      const { time } = trial
      const { add, find } = openBucket(trial)
      const soon = time.now() + time.unit
      for (let count = 0; count < 50; count += 1) await add(`${count}`, axis(0), soon)
      await add('last', atCosine(0.8))
      await time.reach(soon)
      holdEqual(await find(axis(0), { limit: 1 }), ['last'], 'what is found when all that was nearer has expired')
    },
  },
  {
    name: 'remove takes out the named vectors of its bucket; ids that are not there are ignored',
    async run(trial) {
      const [one, two] = [openBucket(trial), openBucket(trial)]
      for (const { add } of [one, two])
        for (const [index, id] of ['a', 'b', 'c'].entries()) await add(id, atCosine(0.9 - index * 0.1, index + 1))
      await one.remove()
      await one.remove('nobody', 'c', 'a', 'a')
      holdEqual(await one.find(axis(0)), ['b'], 'what is found')
      holdEqual(await two.find(axis(0)), ['a', 'b', 'c'], 'what is found in another bucket')
      await one.add('a', axis(0))
      holdEqual(await one.find(axis(0)), ['a', 'b'], 'what is found when one was added again')
    },
  },
  {
    name: 'buckets never meet, and any text may be a bucket or an id',
    async run(trial) {
      const own = trial.name('bucket')
      const buckets = hostileNames.map((name) => openBucket(trial, { name: `${own}${name}` }))
      for (const [index, { add }] of buckets.entries()) {
        await add('the same', atCosine(0.9 - index * 0.02))
        await add(hostileNames[index] ?? '', axis(2))
      }
      for (const [index, { search, find }] of buckets.entries()) {
        holdMatches(trial, await search(axis(0), { floor: 0.1 }), [['the same', 0.9 - index * 0.02]])
        holdEqual(await find(axis(2), { floor: 0.9 }), [hostileNames[index]], 'the id that is found')
      }
      const ids = openBucket(trial)
      for (const [index, id] of hostileNames.entries()) await ids.add(id, atCosine(0.9 - index * 0.02))
      holdEqual(await ids.find(axis(0), { limit: 100 }), hostileNames, 'the ids that are found in one bucket')
    },
  },
  {
    name: 'what is added, removed and searched at once is all done',
    async run(trial) {
      const { add, remove, find } = openBucket(trial)
      const ids = Array.from({ length: 60 }, (_, index) => `${index}`)
      await Promise.all(ids.map((id, index) => add(id, atCosine(0.99 - index * 0.01))))
      await Promise.all(ids.map((id, index) => (index % 2 === 0 ? remove(id) : find(axis(0)))))
      const left = ids.filter((_, index) => index % 2 === 1)
      const found = await find(axis(0), { limit: 100 })
      holdEqual(found.toSorted(), left.toSorted(), 'what is found afterwards')
    },
  },
  {
    name: 'supports says of approximate and persistent whether the index is',
    async run({ store: { supports } }) {
      const { approximate, persistent } = supports
      holdEqual([typeof approximate, typeof persistent], ['boolean', 'boolean'], 'the types of its members')
    },
  },
  {
    name: 'what is persistent is there when the index is opened again: vectors and their ends',
    async run(trial) {
      needs(trial.store.supports.persistent, 'the index is not persistent')
      const { time } = trial
      const { add, name } = openBucket(trial)
      const soon = time.now() + 2 * time.unit
      await add('a', atCosine(0.9), soon)
      await add('b', atCosine(0.8, 2))
      const again = openBucket(trial, { name, index: await trial.reopen() })
      await time.before(soon, async () =>
        holdMatches(trial, await again.search(axis(0)), [
          ['a', 0.9],
          ['b', 0.8],
        ]),
      )
      await time.reach(soon)
      holdEqual(await again.find(axis(0)), ['b'], 'what is found when one has expired')
      await again.remove('b')
      holdEqual(await again.find(axis(0)), [], 'what is found when the other was removed')
    },
  },
  {
    name: 'an index with a clock of its own keeps a vector for as long as its writer said, whatever time that one has',
    async run(trial) {
      const { time, store } = trial
      needs(time.clock === 'server', 'the index goes by the time that it is told')
      const { name } = openBucket(trial)
      const over = time.now() + 2 * time.unit
      for (const [index, shift] of [hourMs, -hourMs].entries()) {
        const vector = atCosine(0.9 - index * 0.1, index + 1)
        await time.begin(() => store.add(name, `${shift}`, vector, over + shift, { now: time.now() + shift }))
      }
      const find = async (): Promise<number> =>
        (await store.search(name, axis(0), { now: time.now(), limit: 9, floor: 0 })).length
      await time.before(over, async () => holdEqual(await find(), 2, 'how many are found'))
      await time.reach(over)
      holdEqual(await find(), 0, 'how many are found when their lives are over')
    },
  },
  {
    name: 'a signal that is aborted already makes no method hang',
    async run(trial) {
      const { store, time } = trial
      const { name } = openBucket(trial)
      await holdAborted(trial, [
        ['search', (options) => store.search(name, axis(0), { ...options, limit: 1, floor: 0 })],
        ['add', (options) => store.add(name, 'a', axis(0), time.now() + time.unit, options)],
        ['remove', (options) => store.remove(name, ['a'], options)],
      ])
    },
  },
]
