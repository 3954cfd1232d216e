import { randomBytes } from 'node:crypto'
import type { CacheEntry, CacheGuard, CacheKey, CacheStore, PortOptions } from '@headrace/core'
import { checkKeys } from '../client/check-options.ts'
import type { RedisClient, RedisReply } from '../client/redis-client.ts'
import { RedisError } from '../client/redis-error.ts'
import { checkPrefix } from '../key-name.ts'
import { decodeEntry, encodeEntry } from './cache-envelope.ts'
import { CacheKeys } from './cache-keys.ts'
import {
  epochScript,
  getScript,
  invalidateScript,
  leaseScript,
  purgeScript,
  releaseScript,
  setScript,
} from './cache-scripts.ts'
import { nameOf } from './stored-names.ts'

/** Options of {@link redisCacheStore}. */
export interface RedisCacheStoreOptions {
  /** Stays open: whoever opened it closes it. */
  readonly client: RedisClient
  /** Begins every key; `headrace:`. Stores with the same one share their entries. Without `{` and `}`. */
  readonly prefix?: string | undefined
}

/** A cache in Redis. Every method is one round trip, but `purge`, which is 64 at once. */
export type RedisCacheStore = CacheStore & Required<Pick<CacheStore, 'lease' | 'release'>>

/**
 * Makes a cache that processes share. Redis ends lives and leases by its own clock. A method rejects with a `RedisError`
 * where Redis does, and `get` with an Error where what it finds is none of ours or broken; runtimes take both for a miss
 * and tell `store-error`.
 */
export function redisCacheStore(options: RedisCacheStoreOptions): RedisCacheStore {
  checkKeys('redisCacheStore', options, ['client', 'prefix'])
  const { client, prefix = 'headrace:' } = options
  checkPrefix('redisCacheStore', prefix)
  return new SharedEntries(client, new CacheKeys(prefix))
}

/** What one look into a group has told. */
interface Look {
  readonly raw: string | undefined
  readonly epoch: number
  readonly serverMs: number
}

/** Tags of a group whose epochs are known; with more, all are forgotten. */
const maxTags = 4_096

class SharedEntries implements RedisCacheStore {
  readonly supports = { leases: true, tags: true, persistent: true }
  readonly #client: RedisClient
  readonly #keys: CacheKeys
  /** Tokens are told apart by who made them and by their number. */
  readonly #maker = randomBytes(12).toString('base64url')
  #tokens = 0
  /** The look that is on its way since this turn, and whose partition it is. */
  #sent: { readonly partition: string; readonly look: Promise<Look> } | undefined = undefined

  constructor(client: RedisClient, keys: CacheKeys) {
    this.#client = client
    this.#keys = keys
  }

  async get(key: CacheKey, { now }: PortOptions): Promise<CacheEntry | undefined> {
    const look = this.#look(key)
    this.#sent = { partition: key.partition, look }
    queueMicrotask(() => {
      this.#sent = undefined
    })
    const { raw, serverMs } = await look
    return raw === undefined ? undefined : decodeEntry(raw, { readerMs: now, serverMs })
  }

  async set(key: CacheKey, entry: CacheEntry, guard: CacheGuard, { now }: PortOptions): Promise<boolean> {
    const partition = nameOf(key.partition)
    const lifeMs = (entry.staleUntil ?? entry.expiresAt) - now
    const taken = await this.#client.run(setScript, {
      keys: [this.#keys.entry(partition, key), this.#keys.epochs(partition), this.#keys.lease(partition, key)],
      args: [
        partition,
        guard.epoch ?? '',
        guard.token ?? '',
        lifeMs === Number.POSITIVE_INFINITY ? '' : Math.ceil(lifeMs),
        Math.round(now),
        encodeEntry(entry),
        ...namesOf(entry.tags ?? []),
      ],
    })
    return taken === 1
  }

  async delete(key: CacheKey): Promise<void> {
    await this.#client.command('UNLINK', [this.#keys.entry(nameOf(key.partition), key)])
  }

  async invalidate(partition: string, tags: readonly string[]): Promise<number> {
    const name = nameOf(partition)
    const input = { keys: [this.#keys.epochs(name)], args: [maxTags, name, ...namesOf(tags)] }
    return numberOf(await this.#client.run(invalidateScript, input))
  }

  async purge(tags: readonly string[] | undefined): Promise<void> {
    const names = tags === undefined ? [] : namesOf(tags)
    const [script, args] = tags === undefined ? [purgeScript, []] : [invalidateScript, [maxTags, '', ...names]]
    await Promise.all(this.#keys.allEpochs.map((key) => this.#client.run(script, { keys: [key], args })))
  }

  /**
   * The look that began in this turn tells it too, so that a runtime's two questions before a call are one round trip. An
   * epoch from a moment earlier is lower, if anything, and refuses more.
   */
  async epoch(partition: string, tags: readonly string[]): Promise<number> {
    const sent = this.#sent
    if (tags.length === 0 && sent?.partition === partition) return (await sent.look).epoch
    const name = nameOf(partition)
    const input = { keys: [this.#keys.epochs(name)], args: [name, ...namesOf(tags)] }
    return numberOf(await this.#client.run(epochScript, input))
  }

  async lease(
    key: CacheKey,
    ttlMs: number,
    options: PortOptions,
  ): Promise<{ readonly token: string } | { readonly waitMs: number }> {
    this.#tokens += 1
    const token = `${this.#maker}.${this.#tokens}`
    const keys = [this.#keys.lease(nameOf(key.partition), key)]
    try {
      const args = [token, Math.max(1, Math.ceil(ttlMs))]
      const waitMs = numberOf(await this.#client.run(leaseScript, { keys, args }))
      return waitMs === 0 ? { token } : { waitMs }
    } catch (error) {
      // it may yet be given, to nobody
      if (error instanceof RedisError && error.code === 'timeout') this.release(key, token, options).catch(() => {})
      throw error
    }
  }

  async release(key: CacheKey, token: string, _options: PortOptions): Promise<void> {
    const keys = [this.#keys.lease(nameOf(key.partition), key)]
    await this.#client.run(releaseScript, { keys, args: [token] })
  }

  async #look(key: CacheKey): Promise<Look> {
    const name = nameOf(key.partition)
    const keys = [this.#keys.entry(name, key), this.#keys.epochs(name)]
    const reply = await this.#client.run(getScript, { keys, args: [name] })
    const [raw = null, epoch = null, serverMs = null] = typeof reply === 'object' && reply !== null ? reply : []
    return {
      raw: typeof raw === 'string' ? raw : undefined,
      epoch: numberOf(epoch),
      serverMs: numberOf(serverMs),
    }
  }
}

function namesOf(tags: readonly string[]): readonly string[] {
  return tags.map((tag) => nameOf(tag))
}

function numberOf(reply: RedisReply): number {
  if (typeof reply === 'number') return reply
  throw new Error('Redis gave no number where a script gives one')
}
