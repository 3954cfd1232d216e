import type { VectorIndex } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, persistentIndex, scanIndex } from './good.ts'

/** One that names buckets otherwise. */
const named = (change: (bucket: string) => string) =>
  broken((good) => ({
    search: (bucket, ...of) => good.search(change(bucket), ...of),
    add: (bucket, ...of) => good.add(change(bucket), ...of),
    remove: (bucket, ...of) => good.remove(change(bucket), ...of),
  }))

/** One that is persistent, and opened again has some of its methods replaced. */
const reopened = (change: (store: VectorIndex) => Partial<VectorIndex>) => () => {
  const { store } = persistentIndex()
  return { store, reopen: () => ({ ...store, ...change(store) }) }
}

/** By the sentence that they break. */
export const brokenKeepIndexes: BrokenStores<VectorIndex> = {
  'add puts the vector in the place of one with the same id': {
    'keeps the first': broken((good) => {
      const ids = new Set<string>()
      return {
        add(bucket, id, ...of) {
          if (!ids.has(id)) good.add(bucket, id, ...of)
          ids.add(id)
        },
      }
    }),
    'keeps both': broken((good) => {
      let count = 0
      return {
        add(bucket, id, ...of) {
          count += 1
          good.add(bucket, `${count} ${id}`, ...of)
        },
        search: (...of) =>
          good.search(...of).map(({ id, similarity }) => ({ id: id.slice(id.indexOf(' ') + 1), similarity })),
      }
    }),
  },
  'add keeps a copy: whoever writes on the vector afterwards changes nothing': {
    'keeps the vector itself': broken((good) => {
      const added: Parameters<VectorIndex['add']>[] = []
      return {
        add: (...of) => void added.push(of),
        search(...of) {
          for (const one of added) good.add(...one)
          return good.search(...of)
        },
      }
    }),
    'copies the whole buffer': broken((good) => ({
      add: (bucket, id, vector, ...of) =>
        good.add(bucket, id, new Float32Array(vector.buffer).slice(0, vector.length), ...of),
    })),
    'copies later': broken((good) => ({
      async add(...of) {
        await Promise.resolve()
        good.add(...of)
      },
    })),
  },
  'a vector is gone from its expiresAt on, and not before': {
    'ignores the end': broken((good) => ({
      search: (bucket, vector, options) => good.search(bucket, vector, { ...options, now: 0 }),
    })),
    'ends a life a millisecond late': broken((good) => ({
      search: (bucket, vector, options) => good.search(bucket, vector, { ...options, now: options.now - 1 }),
    })),
    'ends a life a millisecond early': broken((good) => ({
      search: (bucket, vector, options) => good.search(bucket, vector, { ...options, now: options.now + 1 }),
    })),
  },
  'a vector in the place of another brings its own end, and one that is over when it is added is never found': {
    'keeps the first end': broken((good) => {
      const ends = new Map<string, number>()
      return {
        add(bucket, id, vector, expiresAt, options) {
          const end = ends.get(id) ?? expiresAt
          ends.set(id, end)
          good.add(bucket, id, vector, end, options)
        },
      }
    }),
    'takes a life of nothing for one without an end': broken((good) => ({
      add: (bucket, id, vector, expiresAt, options) =>
        good.add(bucket, id, vector, expiresAt <= options.now ? 1e15 : expiresAt, options),
    })),
  },
  'an end that is far away comes no sooner': {
    'counts lives in 31 bits': broken((good) => ({
      add: (bucket, id, vector, expiresAt, options) =>
        good.add(bucket, id, vector, expiresAt - options.now >= 2 ** 31 ? 0 : expiresAt, options),
    })),
  },
  "what has expired stands in nobody's way": {
    'looks at the nearest only': broken((good) => ({
      search(bucket, vector, options) {
        const nearest = good.search(bucket, vector, { ...options, now: 0 })
        const alive = new Set(good.search(bucket, vector, { ...options, limit: 1_000 }).map(({ id }) => id))
        return nearest.filter(({ id }) => alive.has(id))
      },
    })),
  },
  'remove takes out the named vectors of its bucket; ids that are not there are ignored': {
    'removes nothing': broken(() => ({ remove: () => {} })),
    'removes the first': broken((good) => ({
      remove: (bucket, ids, options) => good.remove(bucket, ids.slice(0, 1), options),
    })),
    'removes in every bucket': broken((good) => {
      const buckets = new Set<string>()
      return {
        add(bucket, ...of) {
          buckets.add(bucket)
          good.add(bucket, ...of)
        },
        remove(_, ...of) {
          for (const bucket of buckets) good.remove(bucket, ...of)
        },
      }
    }),
    'removes for good': broken((good) => {
      const removed = new Set<string>()
      return {
        remove(bucket, ids, options) {
          for (const id of ids) removed.add(`${bucket} ${id}`)
          good.remove(bucket, ids, options)
        },
        search: (bucket, ...of) => good.search(bucket, ...of).filter(({ id }) => !removed.has(`${bucket} ${id}`)),
      }
    }),
  },
  'buckets never meet, and any text may be a bucket or an id': {
    'folds buckets to lower case': named((bucket) => bucket.toLowerCase()),
    'cuts buckets': named((bucket) => bucket.slice(0, 1_000)),
    'trims ids': broken((good) => ({ add: (bucket, id, ...of) => good.add(bucket, id.trim(), ...of) })),
    'keeps no id without a text': broken((good) => ({
      add(bucket, id, ...of) {
        if (id !== '') good.add(bucket, id, ...of)
      },
    })),
  },
  'what is added, removed and searched at once is all done': {
    'writes all that it has read': broken((good) => {
      let all: Parameters<VectorIndex['add']>[] = []
      return {
        async add(...of) {
          const read = all
          await Promise.resolve()
          all = [...read, of]
        },
        search(...of) {
          for (const one of all) good.add(...one)
          return good.search(...of)
        },
      }
    }),
  },
  'supports says of approximate and persistent whether the index is': {
    'says nothing': broken(() => ({ supports: {} as never })),
  },
  'what is persistent is there when the index is opened again: vectors and their ends': {
    'loses all': () => ({ store: persistentIndex().store, reopen: () => persistentIndex().store }),
    'cannot be opened again': () => persistentIndex().store,
    'forgets the ends': reopened((store) => ({
      search: (bucket, vector, options) => store.search(bucket, vector, { ...options, now: 0 }),
    })),
    'cannot remove what was there': reopened(() => ({ remove: () => {} })),
  },
  'an index with a clock of its own keeps a vector for as long as its writer said, whatever time that one has': {
    'takes the end of a life by the clock of its writer': { clock: 'server', create: scanIndex },
  },
  'a signal that is aborted already makes no method hang': {
    'waits for ever when nobody waits for it': broken((good) => ({
      search: (bucket, vector, options) =>
        options.signal?.aborted ? new Promise(() => {}) : good.search(bucket, vector, options),
    })),
  },
}
