import { randomBytes } from 'node:crypto'
import type { MemoryVectorIndex, VectorMatch } from '@headrace/core'
import type { RedisClient, RedisReply } from '../client/redis-client.ts'
import { nameOf } from './stored-names.ts'
import { decodeId, encodeId, unpackVector } from './vector-bytes.ts'
import type { VectorKeeping } from './vector-keeping.ts'
import { addToLogScript, followLogScript, removeFromLogScript } from './vector-log-scripts.ts'

/** Changes that one reply brings: a megabyte or two. */
const page = 500
/** Buckets that are followed; one that was forgotten is read anew. */
const maxBuckets = 10_000
/** Expired vectors that an addition sweeps: more than it adds, so they never pile up. */
const sweep = 8

/** How far a bucket is followed. */
interface Followed {
  readonly name: string
  readonly last: string
}

/** What one reply has told. */
interface Step {
  readonly serverMs: number
  /** Undefined for a bucket without vectors. */
  readonly followed: Followed | undefined
  readonly isWhole: boolean
}

/** Vectors in a hash, with a log of their changes that this process follows into its own index before each search. */
export class VectorLog implements VectorKeeping {
  readonly #client: RedisClient
  readonly #prefix: string
  readonly #mirror: MemoryVectorIndex
  /** Names of buckets that are begun are told apart by who made them and by their number. */
  readonly #maker = randomBytes(12).toString('base64url')
  #names = 0
  readonly #followed = new Map<string, Followed>()
  readonly #catchingUp = new Map<string, Promise<Step>>()

  constructor(client: RedisClient, prefix: string, mirror: MemoryVectorIndex) {
    this.#client = client
    this.#prefix = prefix
    this.#mirror = mirror
  }

  async search(
    bucket: string,
    vector: Float32Array,
    { limit, floor }: { readonly limit: number; readonly floor: number },
  ): Promise<readonly VectorMatch[]> {
    // one process reads a long log once, however many of its calls search
    await this.#catchingUp.get(bucket)
    const { serverMs, followed } = await this.#follow(bucket)
    if (followed === undefined) return []
    return this.#mirror.search(mirrorOf(bucket, followed.name), vector, { now: serverMs, limit, floor })
  }

  async add(bucket: string, id: string, vector: Uint8Array, lifeMs: number): Promise<void> {
    const text = Buffer.from(vector.buffer).toString('base64')
    this.#names += 1
    const args = [encodeId(id), text, lifeMs, `${this.#maker}.${this.#names}`, sweep]
    await this.#client.run(addToLogScript, { keys: this.#keys(bucket), args })
  }

  async remove(bucket: string, ids: readonly string[]): Promise<void> {
    await this.#client.run(removeFromLogScript, { keys: this.#keys(bucket), args: ids.map(encodeId) })
  }

  async #follow(bucket: string): Promise<Step> {
    const step = await this.#step(bucket)
    if (step.isWhole) return step
    const running = this.#catchingUp.get(bucket)
    if (running !== undefined) return running
    const catchingUp = this.#catchUp(bucket).finally(() => this.#catchingUp.delete(bucket))
    this.#catchingUp.set(bucket, catchingUp)
    return catchingUp
  }

  async #catchUp(bucket: string): Promise<Step> {
    for (;;) {
      const step = await this.#step(bucket)
      if (step.isWhole) return step
    }
  }

  /** Asks for what has changed, and changes the mirror. */
  async #step(bucket: string): Promise<Step> {
    const { name: knownName = '', last: knownLast = '0' } = this.#followed.get(bucket) ?? {}
    const keys = this.#keys(bucket).slice(0, 2)
    const reply = await this.#client.run(followLogScript, { keys, args: [knownName, knownLast, page] })
    const [serverMs, name, ...changes] = typeof reply === 'object' && reply !== null ? reply : []
    if (typeof serverMs !== 'number') throw new Error('Redis gave no number where a script gives one')
    if (typeof name !== 'string') {
      this.#followed.delete(bucket)
      return { serverMs, followed: undefined, isWhole: true }
    }
    const followed = this.#apply(bucket, name, { changes, serverMs })
    return { serverMs, followed, isWhole: changes.length < 3 * page }
  }

  /** Replies arrive in the order of the questions; what an earlier one has told is passed over. */
  #apply(
    bucket: string,
    name: string,
    { changes, serverMs }: { readonly changes: readonly RedisReply[]; readonly serverMs: number },
  ): Followed {
    const known = this.#followed.get(bucket)
    let last = known?.name === name ? known.last : '0'
    let fault: unknown
    for (let index = 0; index < changes.length; index += 3) {
      const number = String(changes[index])
      if (Number(number) <= Number(last)) continue
      last = number
      try {
        this.#change(mirrorOf(bucket, name), { id: changes[index + 1], text: changes[index + 2], serverMs })
      } catch (error) {
        fault ??= error
      }
    }
    const followed = { name, last }
    this.#remember(bucket, followed)
    // told once: the next search passes it over
    if (fault !== undefined) throw fault
    return followed
  }

  #change(
    mirrored: string,
    { id: element, text, serverMs }: { readonly id: unknown; readonly text: unknown; readonly serverMs: number },
  ): void {
    const id = decodeId(element)
    if (typeof text !== 'string') return this.#mirror.remove(mirrored, [id], { now: serverMs })
    const [end = '', encoded = ''] = text.split(' ')
    const vector = unpackVector(Buffer.from(encoded, 'base64'))
    const expiresAt = end === 'inf' ? Number.POSITIVE_INFINITY : Number(end || Number.NaN)
    if (vector === undefined || Number.isNaN(expiresAt)) throw new Error('A vector in Redis is broken')
    this.#mirror.add(mirrored, id, vector, expiresAt, { now: serverMs })
  }

  #remember(bucket: string, followed: Followed): void {
    this.#followed.delete(bucket)
    this.#followed.set(bucket, followed)
    if (this.#followed.size <= maxBuckets) return
    const [oldest = ''] = this.#followed.keys()
    this.#followed.delete(oldest)
  }

  #keys(bucket: string): readonly string[] {
    const tag = `${this.#prefix}vectors:{${nameOf(bucket)}}`
    return [`${tag}:log`, `${tag}:changes`, `${tag}:log-ends`]
  }
}

/** A bucket that was lost and begun anew is another one in the mirror; what is left of the old one expires there. */
function mirrorOf(bucket: string, name: string): string {
  return `${name} ${bucket}`
}
