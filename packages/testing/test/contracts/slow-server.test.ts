import type { CacheStore, VectorIndex } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { cacheStoreContract } from '../../src/contracts/cache-store/test-cache-store.ts'
import type { Contract } from '../../src/contracts/contract.ts'
import { runCase } from '../../src/contracts/run-case.ts'
import { vectorIndexContract } from '../../src/contracts/vector-index/test-vector-index.ts'
import { clockedCache, clockedIndex } from './clocked-stores.ts'
import { hurriedMachine } from './hurried-machine.ts'

const lateMs = 40

/** Whose messages reach the server late, for which lives begin then; or whose lives are longer, for no such reason. */
interface Fault {
  readonly onTheWayMs: number
  readonly tooLongMs: number
}

type Wait = (ms: number) => Promise<void>

function cache({ onTheWayMs, tooLongMs }: Fault, { now, wait }: { now: () => number; wait: Wait }): CacheStore {
  const good = clockedCache(now)
  let lease = { number: 0, until: 0 }
  return {
    ...good,
    supports: { ...good.supports, leases: true },
    async set(key, entry, guard, options) {
      await wait(onTheWayMs)
      const longer = { ...entry, expiresAt: entry.expiresAt + tooLongMs }
      if (entry.staleUntil !== undefined) Object.assign(longer, { staleUntil: entry.staleUntil + tooLongMs })
      return good.set(key, longer, guard, options)
    },
    async lease(_key, ttlMs) {
      await wait(onTheWayMs)
      if (now() < lease.until) return { waitMs: lease.until - now() }
      lease = { number: lease.number + 1, until: now() + ttlMs + tooLongMs }
      return { token: `${lease.number}` }
    },
    release() {
      lease = { ...lease, until: 0 }
    },
  }
}

function index({ onTheWayMs, tooLongMs }: Fault, { now, wait }: { now: () => number; wait: Wait }): VectorIndex {
  const good = clockedIndex(now)
  return {
    ...good,
    async add(bucket, id, vector, expiresAt, options) {
      await wait(onTheWayMs)
      await good.add(bucket, id, vector, expiresAt + tooLongMs, options)
    },
  }
}

/** What is wrong with the store by a sentence of the contract; undefined where it holds. */
async function judge<Port>(
  create: (fault: Fault, parts: { now: () => number; wait: Wait }) => Port,
  { contract, sentence, fault }: { contract: Contract<Port>; sentence: string; fault: Fault },
): Promise<unknown> {
  const machine = hurriedMachine()
  const { now, setTimer } = machine.clock
  const wait: Wait = (ms) => new Promise((resolve) => void (ms > 0 ? setTimer(ms, resolve) : resolve()))
  const one = contract.cases.find(({ name }) => name === sentence)
  if (one === undefined) throw new Error(`there is no sentence "${sentence}"`)
  const subject = { clock: 'server' as const, create: () => create(fault, { now, wait }) }
  return runCase(subject, one, machine).catch((error: unknown) => error)
}

const entries = [
  'an entry is given until its expiresAt, exclusive',
  'an entry with a staleUntil is given until then, exclusive',
  'reading never extends a life',
  'an entry that takes the place of another brings its own end',
  'a store with a clock of its own keeps an entry for as long as its writer said, whatever time that one has',
  'a lease is good for its ttlMs; then another may have it, under another token',
]
const vectors = [
  'a vector is gone from its expiresAt on, and not before',
  'a vector in the place of another brings its own end, and one that is over when it is added is never found',
  'an index with a clock of its own keeps a vector for as long as its writer said, whatever time that one has',
]

describe('what a message took on its way to a server is not held against', () => {
  const fault = { onTheWayMs: lateMs, tooLongMs: 0 }

  it.each(entries)('a cache: %s', async (sentence) => {
    expect(await judge(cache, { contract: cacheStoreContract, sentence, fault })).toBeUndefined()
  })

  it.each(vectors)('an index: %s', async (sentence) => {
    expect(await judge(index, { contract: vectorIndexContract, sentence, fault })).toBeUndefined()
  })
})

describe('and nothing else is passed over, as of', () => {
  const fault = { onTheWayMs: 0, tooLongMs: lateMs }

  it.each(entries)('a cache: %s', async (sentence) => {
    expect(await judge(cache, { contract: cacheStoreContract, sentence, fault })).toBeInstanceOf(Error)
  })

  it.each(vectors)('an index: %s', async (sentence) => {
    expect(await judge(index, { contract: vectorIndexContract, sentence, fault })).toBeInstanceOf(Error)
  })

  it.each([entries[0] ?? ''])('a cache that is slow and keeps for longer than that: %s', async (sentence) => {
    const slow = { onTheWayMs: lateMs, tooLongMs: lateMs }
    expect(await judge(cache, { contract: cacheStoreContract, sentence, fault: slow })).toBeInstanceOf(Error)
  })
})
