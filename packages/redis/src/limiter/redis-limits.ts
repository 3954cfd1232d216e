import { randomBytes } from 'node:crypto'
import type { LimitDecision, Limiter, LimitRequest, PortOptions } from '@headrace/core'
import type { RedisArgument, RedisClient, RedisReply, RedisScript } from '../client/redis-client.ts'
import { createTelling } from '../telling.ts'
import { type LeaseParts, leaseName, readLease } from './lease-name.ts'
import { LimiterKeys } from './limiter-keys.ts'
import type { LimiterScripts } from './limiter-scripts.ts'
import { requestWords } from './request-words.ts'

/** What {@link RedisLimits} are made of. */
export interface RedisLimitParts {
  readonly client: RedisClient
  readonly prefix: string
  readonly scripts: LimiterScripts
  /** Names this process among those that wait for permits. */
  readonly owner: string
}

/** Leases that are to be undone, at most. */
const mostLost = 1_000

/** Limits on a server. */
export class RedisLimits implements Limiter {
  readonly supports = { concurrency: true, slidingWindow: true, shared: true }
  readonly #parts: RedisLimitParts
  readonly #keys: LimiterKeys
  readonly #channel: string
  readonly #freed = createTelling<string>()
  /** Leases that the server may have given in an answer that never came. */
  readonly #lost = new Map<string, LeaseParts>()
  #unsubscribe: (() => void) | undefined = undefined

  constructor(parts: RedisLimitParts) {
    this.#parts = parts
    this.#keys = new LimiterKeys(parts.prefix)
    this.#channel = `${parts.prefix}limiter`
  }

  async acquire(requests: readonly LimitRequest[], _options: PortOptions): Promise<LimitDecision> {
    const words = requests.flatMap(requestWords)
    const lease: LeaseParts = { id: newId(), parts: requests.map((request) => this.#keys.part(request)) }
    if (requests.length === 0) return { granted: true, lease: leaseName(0, lease) }
    const { scripts, owner } = this.#parts
    const keys = [this.#keys.lease(lease.id), this.#keys.count]
    for (const [index, { key }] of requests.entries()) {
      keys.push(this.#keys.cooldown(key), ...this.#keys.ofPart(lease.parts[index] ?? ''))
    }
    const reply = await this.#ask(scripts.acquire, keys, [this.#channel, lease.id, owner, ...words], lease)
    return readDecision(reply, requests, lease)
  }

  async renew(name: string, _options: PortOptions): Promise<boolean> {
    const lease = readLease(name)
    if (lease === undefined || lease.parts.length === 0) return false
    const reply = await this.#about(this.#parts.scripts.renew, lease, [])
    this.#tellFreed(reply)
    return reply === 1
  }

  async release(name: string, { refund }: PortOptions & { readonly refund: boolean }): Promise<void> {
    const lease = readLease(name)
    if (lease !== undefined && lease.parts.length > 0) await this.#giveBack(lease, refund)
  }

  async cooldown(key: string, until: number, { now }: PortOptions): Promise<void> {
    const ms = until - now
    if (!(ms > 0)) return
    await this.#parts.client.run(this.#parts.scripts.cooldown, { keys: [this.#keys.cooldown(key)], args: [ms] })
  }

  watch(listener: (key: string) => void): () => void {
    const unwatch = this.#freed.watch(listener)
    this.#unsubscribe ??= this.#parts.client.subscribe(this.#channel, { onMessage: (text) => this.#hear(text) })
    return () => {
      unwatch()
      if (this.#freed.isWatched) return
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
    }
  }

  /** Asks for a lease. One that was perhaps given is given back: nobody would ever do so before its time is over. */
  async #ask(
    script: RedisScript,
    keys: readonly string[],
    args: readonly RedisArgument[],
    lease: LeaseParts,
  ): Promise<RedisReply> {
    try {
      const reply = await this.#parts.client.run(script, { keys, args })
      if (this.#lost.size > 0) this.#undoLost()
      return reply
    } catch (error) {
      if (this.#lost.size < mostLost) this.#lost.set(lease.id, lease)
      // Where the server is only slow, this follows what it has not answered.
      this.#undo(lease)
      throw error
    }
  }

  #undoLost(): void {
    for (const lease of this.#lost.values()) this.#undo(lease)
  }

  #undo(lease: LeaseParts): void {
    this.#giveBack(lease, true).then(
      () => this.#lost.delete(lease.id),
      () => {
        // Tried again when the server answers.
      },
    )
  }

  async #giveBack(lease: LeaseParts, refund: boolean): Promise<void> {
    // Of tokens that were used nothing is given back: the lease needs only be forgotten.
    if (!refund && lease.parts.every((part) => part.startsWith('r'))) {
      await this.#parts.client.command('DEL', [this.#keys.lease(lease.id)])
      return
    }
    this.#tellFreed(await this.#about(this.#parts.scripts.release, lease, [refund ? 1 : 0]))
  }

  #about(script: RedisScript, { id, parts }: LeaseParts, args: readonly RedisArgument[]): Promise<RedisReply> {
    const keys = [this.#keys.lease(id), ...parts.flatMap((part) => this.#keys.ofPart(part))]
    return this.#parts.client.run(script, { keys, args: [this.#channel, this.#parts.owner, ...args] })
  }

  /** What is given back here is told without a message, and so before the subscription stands. */
  #tellFreed(reply: RedisReply): void {
    if (typeof reply !== 'object' || reply === null) return
    for (const text of reply) {
      const key = typeof text === 'string' ? parse(text) : undefined
      if (typeof key === 'string') this.#freed.tell(key)
    }
  }

  #hear(text: string): void {
    const message = parse(text)
    if (typeof message !== 'object' || message === null) return
    const { key, by } = message as Readonly<Record<string, unknown>>
    if (typeof key === 'string' && by !== this.#parts.owner) this.#freed.tell(key)
  }
}

function newId(): string {
  return randomBytes(16).toString('base64url')
}

function readDecision(reply: RedisReply, requests: readonly LimitRequest[], lease: LeaseParts): LimitDecision {
  const [granted, second, third] = typeof reply === 'object' && reply !== null ? reply : []
  if (granted === 1 && typeof second === 'number') return { granted: true, lease: leaseName(second, lease) }
  const blocking = typeof third === 'number' ? requests[third - 1] : undefined
  if (granted === 0 && typeof second === 'number' && blocking !== undefined) {
    return { granted: false, retryAfterMs: Math.max(1, second), blockedBy: blocking.key }
  }
  throw new Error('Redis gave an answer that no limiter gives')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
