import type { VectorMatch } from '@headrace/core'
import type { RedisClient } from '../client/redis-client.ts'
import { nameOf } from './stored-names.ts'
import { decodeId, encodeId, packVector } from './vector-bytes.ts'
import type { VectorKeeping } from './vector-keeping.ts'
import { addToSetScript, removeFromSetScript, searchSetScript } from './vector-set-scripts.ts'

/** The most that one search asks for. */
const maxCount = 1_000
/** Expired vectors that an addition sweeps: more than it adds, so they never pile up. */
const sweep = 8

/** Vectors in vector sets, one for each bucket, with 8 bits a number. */
export class VectorSets implements VectorKeeping {
  readonly #client: RedisClient
  readonly #prefix: string

  constructor(client: RedisClient, prefix: string) {
    this.#client = client
    this.#prefix = prefix
  }

  async search(
    bucket: string,
    vector: Float32Array,
    { limit, floor }: { readonly limit: number; readonly floor: number },
  ): Promise<readonly VectorMatch[]> {
    const args = [packVector(vector), Math.min(maxCount, limit)]
    const reply = await this.#client.run(searchSetScript, { keys: this.#keys(bucket), args })
    const found = typeof reply === 'object' && reply !== null ? reply : []
    const matches: VectorMatch[] = []
    for (let index = 0; index < found.length; index += 2) {
      const similarity = cosineOf(Number(found[index + 1]))
      if (similarity >= floor) matches.push({ id: decodeId(found[index]), similarity })
    }
    return matches
  }

  async add(bucket: string, id: string, vector: Uint8Array, lifeMs: number): Promise<void> {
    const args = [encodeId(id), vector, lifeMs, sweep]
    await this.#client.run(addToSetScript, { keys: this.#keys(bucket), args })
  }

  async remove(bucket: string, ids: readonly string[]): Promise<void> {
    await this.#client.run(removeFromSetScript, { keys: this.#keys(bucket), args: ids.map(encodeId) })
  }

  #keys(bucket: string): readonly string[] {
    const tag = `${this.#prefix}vectors:{${nameOf(bucket)}}`
    return [`${tag}:set`, `${tag}:ends`]
  }
}

/** A vector set's score is half of 1 + cosine. */
function cosineOf(score: number): number {
  return Math.min(1, Math.max(0, 2 * score - 1))
}
