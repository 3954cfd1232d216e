import { randomBytes } from 'node:crypto'
import type { CacheEntry, CacheGuard, CacheKey, CacheStore, PortOptions } from '@headrace/core'
import { checkPrefix } from '../check-prefix.ts'
import { checkKeys } from '../client/check-options.ts'
import type { RedisClient, RedisReply } from '../client/redis-client.ts'
import { RedisError } from '../client/redis-error.ts'
import { decodeEntry, type EntryHead, encodeEntry, readHead } from './cache-envelope.ts'
import { CacheKeys } from './cache-keys.ts'
import {
  epochScript,
  invalidateScript,
  leaseScript,
  lookScript,
  purgeScript,
  releaseScript,
  setScript,
} from './cache-scripts.ts'
import { LostLeases } from './lost-leases.ts'
import { type Asked, ServerClock } from './server-clock.ts'
import { nameOf } from './stored-names.ts'

/** Options of {@link redisCacheStore}. */
export interface RedisCacheStoreOptions {
  /** Stays open: whoever opened it closes it. */
  readonly client: RedisClient
  /** Begins every key; `headrace:`. Stores with the same one share their entries. Without `{` and `}`. */
  readonly prefix?: string | undefined
  /** Bytes that an entry may take as JSON; 1,048,576. A larger one is not sent, since calls would wait for it: `set` gives false. */
  readonly maxEntryBytes?: number | undefined
}

/**
 * A cache in Redis. Every method is one round trip, but for `purge`, which is 64 at once, and a `get` of an entry with
 * tags after an invalidation in its neighbourhood: it asks once more.
 */
export type RedisCacheStore = CacheStore & Required<Pick<CacheStore, 'lease' | 'release'>>

/**
 * Makes a cache that processes share. Redis ends lives and leases by its own clock. A method rejects with a `RedisError`
 * where Redis does, and `get` with an Error where what it finds is none of ours or broken; runtimes take both for a miss
 * and tell `store-error`. A tag that was never invalidated has the epoch since which the store remembers, not 0.
 */
export function redisCacheStore(options: RedisCacheStoreOptions): RedisCacheStore {
  checkKeys('redisCacheStore', options, ['client', 'prefix', 'maxEntryBytes'])
  const { client, prefix = 'headrace:', maxEntryBytes = 1_048_576 } = options
  checkPrefix('redisCacheStore', prefix)
  if (!Number.isInteger(maxEntryBytes) || maxEntryBytes < 1) {
    throw new RangeError('redisCacheStore: maxEntryBytes must be an integer >= 1')
  }
  return new SharedEntries(client, new CacheKeys(prefix), maxEntryBytes)
}

/** What one look has told: an entry that was not invalidated, or none, and the newest epoch of its group. */
interface Look {
  readonly raw: string | undefined
  /** Undefined for what is no entry of ours. */
  readonly head: EntryHead | undefined
  readonly last: number
  /** How far the reader's clock is ahead of the server's. */
  readonly aheadMs: number
}

/** What lives longer, 300 years, never ends: a server knows no moment that is so far off. */
const longestMs = 1e13

/** Tags of a group whose epochs are known; twice as many, at most. With more, the older half is forgotten. */
const maxTags = 2_048

class SharedEntries implements RedisCacheStore {
  readonly supports = { leases: true, tags: true, persistent: true }
  readonly #client: RedisClient
  readonly #keys: CacheKeys
  readonly #maxEntryBytes: number
  readonly #clock = new ServerClock()
  readonly #lost = new LostLeases()
  /** Tokens are told apart by who made them and by their number. */
  readonly #maker = randomBytes(12).toString('base64url')
  #tokens = 0
  /** The look that is on its way since this turn, and whose partition it is. */
  #sent: { readonly partition: string; readonly look: Promise<Look> } | undefined = undefined

  readonly #forgetSent = (): void => {
    this.#sent = undefined
  }

  /** The server has answered: what it was not told can be told now. */
  readonly #found = (look: Look): CacheEntry | undefined => {
    if (!this.#lost.isEmpty) this.#endLost()
    return entryOf(look)
  }

  constructor(client: RedisClient, keys: CacheKeys, maxEntryBytes: number) {
    this.#client = client
    this.#keys = keys
    this.#maxEntryBytes = maxEntryBytes
  }

  get(key: CacheKey, { now }: PortOptions): Promise<CacheEntry | undefined> {
    const look = this.#look(key, now)
    this.#sent = { partition: key.partition, look }
    queueMicrotask(this.#forgetSent)
    return look.then(this.#found)
  }

  async set(key: CacheKey, entry: CacheEntry, guard: CacheGuard, { now }: PortOptions): Promise<boolean> {
    const json = encodeEntry(entry)
    if (Buffer.byteLength(json) > this.#maxEntryBytes) return false
    const { name, epoch, tags, older } = this.#keys.place(key.partition)
    const lifeMs = (entry.staleUntil ?? entry.expiresAt) - now
    const asked = this.#clock.ask(now)
    const reply = await this.#client.run(setScript, {
      keys: [this.#keys.entry(key), epoch, tags, older, this.#keys.lease(key)],
      args: [
        name,
        guard.epoch ?? '',
        guard.token ?? '',
        lifeMs > longestMs ? '' : Math.ceil(lifeMs),
        Math.round(now),
        asked.serverMs === undefined ? '' : Math.round(asked.serverMs),
        json,
        ...namesOf(entry.tags ?? []),
      ],
    })
    const [isTaken, serverMs] = listOf(reply)
    this.#clock.note(asked, numberOf(serverMs))
    return isTaken === 1
  }

  async delete(key: CacheKey): Promise<void> {
    await this.#client.command('UNLINK', [this.#keys.entry(key)])
  }

  async invalidate(partition: string, tagNames: readonly string[]): Promise<number> {
    const { name, epoch, tags, older } = this.#keys.place(partition)
    const args = [maxTags, name, ...namesOf(tagNames)]
    return numberOf(await this.#client.run(invalidateScript, { keys: [epoch, tags, older], args }))
  }

  async purge(tagNames: readonly string[] | undefined): Promise<void> {
    const script = tagNames === undefined ? purgeScript : invalidateScript
    const args = tagNames === undefined ? [] : [maxTags, '', ...namesOf(tagNames)]
    await Promise.all(
      this.#keys.groups.map(({ epoch, tags, older }) => this.#client.run(script, { keys: [epoch, tags, older], args })),
    )
  }

  /**
   * The look that began in this turn tells it too, so that a runtime's two questions before a call are one round trip. An
   * epoch from a moment earlier is lower, if anything, and refuses more.
   */
  async epoch(partition: string, tagNames: readonly string[]): Promise<number> {
    const sent = this.#sent
    if (tagNames.length === 0 && sent?.partition === partition) return (await sent.look).last
    const { name, epoch, tags, older } = this.#keys.place(partition)
    const args = [name, ...namesOf(tagNames)]
    return numberOf(await this.#client.run(epochScript, { keys: [epoch, tags, older], args }))
  }

  async lease(
    key: CacheKey,
    ttlMs: number,
    _options: PortOptions,
  ): Promise<{ readonly token: string } | { readonly waitMs: number }> {
    this.#tokens += 1
    const token = `${this.#maker}.${this.#tokens}`
    const keys = [this.#keys.lease(key)]
    try {
      const args = [token, Math.max(1, Math.ceil(ttlMs))]
      const waitMs = numberOf(await this.#client.run(leaseScript, { keys, args }))
      return waitMs === 0 ? { token } : { waitMs }
    } catch (error) {
      // it may be given, or have been: to nobody
      if (isUnsure(error)) this.#end(key, token).catch(ignore)
      throw error
    }
  }

  release(key: CacheKey, token: string, _options: PortOptions): Promise<void> {
    return this.#end(key, token)
  }

  async #end(key: CacheKey, token: string): Promise<void> {
    try {
      await this.#client.run(releaseScript, { keys: [this.#keys.lease(key)], args: [token] })
    } catch (error) {
      if (isUnsure(error)) this.#lost.add(key, token)
      throw error
    }
  }

  #endLost(): void {
    for (const [token, key] of this.#lost.take()) this.#end(key, token).catch(ignore)
  }

  /** Most looks are a plain MGET; where it does not tell enough, a script looks. */
  #look(key: CacheKey, now: number): Promise<Look> {
    const asked = this.#clock.ask(now)
    const { aheadMs } = asked
    if (aheadMs === undefined) return this.#lookClosely(key, asked)
    const keys = [this.#keys.entry(key), this.#keys.place(key.partition).epoch]
    return this.#client.command('MGET', keys).then((reply) => {
      const [raw = null, epochs = null] = listOf(reply)
      return readLook(raw, epochs, aheadMs) ?? this.#lookClosely(key, asked)
    })
  }

  async #lookClosely(key: CacheKey, asked: Asked): Promise<Look> {
    const { name, epoch, tags, older } = this.#keys.place(key.partition)
    const keys = [this.#keys.entry(key), epoch, tags, older]
    const [raw, epochs, serverMs] = listOf(await this.#client.run(lookScript, { keys, args: [name] }))
    const found = typeof raw === 'string' ? raw : undefined
    return {
      raw: found,
      head: found === undefined ? undefined : readHead(found),
      last: readEpochs(epochs)?.last ?? 0,
      aheadMs: this.#clock.note(asked, numberOf(serverMs)),
    }
  }
}

/** Whether the server may have done what it was asked to, or may do it yet. */
function isUnsure(error: unknown): boolean {
  return error instanceof RedisError && (error.code === 'timeout' || error.code === 'away')
}

function ignore(): void {}

function entryOf({ raw, head, aheadMs }: Look): CacheEntry | undefined {
  if (raw === undefined) return undefined
  if (head === undefined) throw new Error('A cache entry in Redis is none of ours, or of another version')
  return decodeEntry(raw, head, aheadMs)
}

/** What can be told of an entry and its group's epochs; undefined where the tags have to be looked at, or none are known. */
function readLook(raw: RedisReply, epochs: RedisReply, aheadMs: number): Look | undefined {
  const known = readEpochs(epochs)
  if (known === undefined) return undefined
  const { born, last } = known
  const none = { raw: undefined, head: undefined, last, aheadMs }
  if (typeof raw !== 'string') return none
  const head = readHead(raw)
  if (head === undefined) return { raw, head, last, aheadMs }
  if (head.epoch < born) return none
  return head.hasTags && head.epoch < last ? undefined : { raw, head, last, aheadMs }
}

function readEpochs(reply: RedisReply | undefined): { readonly born: number; readonly last: number } | undefined {
  if (typeof reply !== 'string') return undefined
  const space = reply.indexOf(' ')
  const [born, last] = [Number(reply.slice(0, space)), Number(reply.slice(space + 1))]
  return space > 0 && born > 0 && last >= born ? { born, last } : undefined
}

function namesOf(tags: readonly string[]): readonly string[] {
  return tags.map((tag) => nameOf(tag))
}

function listOf(reply: RedisReply): readonly RedisReply[] {
  return typeof reply === 'object' && reply !== null ? reply : []
}

function numberOf(reply: RedisReply | undefined): number {
  if (typeof reply === 'number') return reply
  throw new Error('Redis gave no number where a script gives one')
}
