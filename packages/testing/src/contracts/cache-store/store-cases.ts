import type { CacheStore } from '@headrace/core'
import { type AbortedCall, holdAborted } from '../aborted.ts'
import type { ContractCase } from '../contract.ts'
import { holdEqual } from '../hold.ts'
import { needs } from '../trial.ts'
import { holdSame, openShelf } from './shelf.ts'

/** What holds for the store as a whole. */
export const storeCases: readonly ContractCase<CacheStore>[] = [
  {
    name: 'supports says of leases, tags and persistent whether they are there',
    async run({ store: { supports } }) {
      const { leases, tags, persistent } = supports
      holdEqual(
        [typeof leases, typeof tags, typeof persistent],
        ['boolean', 'boolean', 'boolean'],
        'the types of its members',
      )
    },
  },
  {
    name: 'what is persistent is there when the store is opened again: entries, their ends and epochs',
    async run(trial) {
      needs(trial.store.supports.persistent, 'the store is not persistent')
      const { time } = trial
      const first = openShelf(trial)
      const [kept, short] = [first.entry('1', { tags: ['x'] }), first.entry('2', { expiresAt: time.now() + time.unit })]
      const before = await first.epoch()
      const epoch = await first.invalidate('y')
      await first.put('a', kept)
      await first.put('b', short)
      const again = openShelf(trial, { partition: first.partition, store: await trial.reopen() })
      holdSame(await again.get('a'), kept, 'the entry')
      holdEqual(
        await again.set('c', again.entry('3', { tags: ['y'] }), { epoch: before }),
        false,
        'what a late write is answered',
      )
      await again.put('c', again.entry('3', { tags: ['y'] }), { epoch: Math.max(epoch, await again.epoch()) })
      await time.reach(short.expiresAt)
      holdEqual(await again.find('b'), undefined, 'what is found of an entry whose life is over')
      await again.invalidate('x')
      holdEqual(await again.find('a'), undefined, 'what is found of an entry whose tag was invalidated')
    },
  },
  {
    name: 'a signal that is aborted already makes no method hang',
    async run(trial) {
      const { store } = trial
      const { place, partition, entry } = openShelf(trial)
      const key = place('a')
      const { lease, release } = store
      const leasing: AbortedCall[] = [
        ['lease', (options) => lease?.call(store, key, 10, options)],
        ['release', (options) => release?.call(store, key, 'token', options)],
      ]
      await holdAborted(trial, [
        ['get', (options) => store.get(key, options)],
        ['set', (options) => store.set(key, entry('1'), {}, options)],
        ['delete', (options) => store.delete(key, options)],
        ['invalidate', (options) => store.invalidate(partition, ['x'], options)],
        ['purge', (options) => store.purge(['a tag of nobody'], options)],
        ['epoch', (options) => store.epoch(partition, ['x'], options)],
        ...leasing,
      ])
    },
  },
]
