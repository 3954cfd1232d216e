import { memoryVectorIndex, type PortOptions, type VectorIndex, type VectorMatch } from '@headrace/core'
import { checkPrefix } from '../check-prefix.ts'
import { checkKeys } from '../client/check-options.ts'
import type { RedisClient } from '../client/redis-client.ts'
import { RedisError } from '../client/redis-error.ts'
import { isNowhere, packVector } from './vector-bytes.ts'
import type { VectorKeeping } from './vector-keeping.ts'
import { VectorLog } from './vector-log.ts'
import { VectorSets } from './vector-sets.ts'

/** Options of {@link redisVectorIndex}. */
export interface RedisVectorIndexOptions {
  /** Stays open: whoever opened it closes it. */
  readonly client: RedisClient
  /** Begins every key; `headrace:`. Without `{` and `}`. */
  readonly prefix?: string | undefined
  /** Whether the server has vector sets, as Redis 8 has; without it, the server is asked once. The same in all processes. */
  readonly vectorSets?: boolean | undefined
  /** Without vector sets: how many vectors this process holds over all buckets, the oldest dropped first; 100,000. */
  readonly maxMirrored?: number | undefined
}

/** A vector index in Redis. */
export interface RedisVectorIndex extends VectorIndex {
  /**
   * `vectorSets`: the server searches, in vector sets. False: this process does, in a copy of the vectors that it brings
   * up to date before each search. Undefined until the server has been asked, by the first call of any method.
   */
  readonly supports: VectorIndex['supports'] & { readonly vectorSets: boolean | undefined }
}

/**
 * Makes a vector index that processes share. Redis ends lives by its own clock. A method rejects with a `RedisError` where
 * Redis does, and with an Error where what it finds is none of ours or broken.
 */
export function redisVectorIndex(options: RedisVectorIndexOptions): RedisVectorIndex {
  checkKeys('redisVectorIndex', options, ['client', 'prefix', 'vectorSets', 'maxMirrored'])
  const { client, prefix = 'headrace:', vectorSets, maxMirrored = 100_000 } = options
  checkPrefix('redisVectorIndex', prefix)
  if (!Number.isInteger(maxMirrored) || maxMirrored < 1) {
    throw new RangeError('redisVectorIndex: maxMirrored must be an integer >= 1')
  }
  const sets = new VectorSets(client, prefix)
  const log = new VectorLog(client, prefix, memoryVectorIndex({ maxVectors: maxMirrored }))
  return new SharedVectors({ sets, log, ask: () => hasVectorSets(client, prefix), vectorSets })
}

interface Parts {
  readonly sets: VectorKeeping
  readonly log: VectorKeeping
  readonly ask: () => Promise<boolean>
  readonly vectorSets: boolean | undefined
}

class SharedVectors implements RedisVectorIndex {
  readonly supports: RedisVectorIndex['supports']
  readonly #parts: Parts
  #hasSets: boolean | undefined
  #asking: Promise<boolean> | undefined = undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#hasSets = parts.vectorSets
    const known = (): boolean | undefined => this.#hasSets
    this.supports = {
      approximate: true,
      persistent: true,
      get vectorSets() {
        return known()
      },
    }
  }

  async search(
    bucket: string,
    vector: Float32Array,
    { limit, floor }: PortOptions & { readonly limit: number; readonly floor: number },
  ): Promise<readonly VectorMatch[]> {
    if (isNowhere('redisVectorIndex.search', vector) || limit < 1) return []
    const keeping = this.#known ?? (await this.#detect())
    return keeping.search(bucket, vector, { limit, floor })
  }

  async add(bucket: string, id: string, vector: Float32Array, expiresAt: number, { now }: PortOptions): Promise<void> {
    const isGone = isNowhere('redisVectorIndex.add', vector)
    const bytes = packVector(vector)
    const calledAt = performance.now()
    const keeping = this.#known ?? (await this.#detect())
    // what the question to the server took is not added to the life
    const lifeMs = Math.ceil(expiresAt - now - (performance.now() - calledAt))
    return isGone || lifeMs <= 0 ? keeping.remove(bucket, [id]) : keeping.add(bucket, id, bytes, lifeMs)
  }

  async remove(bucket: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const keeping = this.#known ?? (await this.#detect())
    await keeping.remove(bucket, ids)
  }

  get #known(): VectorKeeping | undefined {
    if (this.#hasSets === undefined) return undefined
    return this.#hasSets ? this.#parts.sets : this.#parts.log
  }

  /** Asks once; again only where no answer came. */
  async #detect(): Promise<VectorKeeping> {
    this.#asking ??= this.#parts.ask().finally(() => {
      this.#asking = undefined
    })
    this.#hasSets = await this.#asking
    return this.#hasSets ? this.#parts.sets : this.#parts.log
  }
}

/** Whether the server knows the commands of vector sets and lets us use them. */
async function hasVectorSets(client: RedisClient, prefix: string): Promise<boolean> {
  try {
    await client.command('VCARD', [`${prefix}vectors:{}:set`])
    return true
  } catch (error) {
    const isRefused = error instanceof RedisError && (error.reply === 'ERR' || error.reply === 'NOPERM')
    if (isRefused) return false
    throw error
  }
}
