import type { BreakerAdmission, BreakerState, BreakerView } from '@headrace/core'
import type { RedisReply } from '../client/redis-client.ts'

/** What a server tells of a breaker. */
export interface ToldState {
  readonly state: BreakerState
  readonly generation: number
  /** Milliseconds until an open breaker takes its first probe, below 0 since it may; 0 for another. */
  readonly leftMs: number
  readonly cause: string | undefined
  /** Whether it has ever judged anything. */
  readonly isJudged: boolean
}

const states: readonly unknown[] = ['closed', 'open', 'half-open', 'isolated', 'disabled'] satisfies BreakerState[]

/**
 * Reads a script's view; throws for what no script of ours answers. Of a closed breaker it may be a number: twice the
 * generation, and one more where it has judged anything.
 */
export function readState(reply: RedisReply): ToldState {
  return typeof reply === 'number' ? closed(Math.floor(reply / 2), reply % 2 === 1) : readWhole(listOf(reply))
}

/** Reads what `record` answers: a view, or 1 where the breaker stays closed, in the generation that was reported. */
export function readRecorded(reply: RedisReply, generation: number): ToldState {
  return reply === 1 ? closed(generation, true) : readState(reply)
}

function closed(generation: number, isJudged: boolean): ToldState {
  return { state: 'closed', generation, leftMs: 0, cause: undefined, isJudged }
}

function readWhole([state, generation, leftMs, cause, judged]: readonly RedisReply[]): ToldState {
  if (!isState(state) || !Number.isSafeInteger(generation) || typeof leftMs !== 'number' || typeof cause !== 'string') {
    throw unexpected()
  }
  return { state, generation: Number(generation), leftMs, cause: readCause(cause), isJudged: judged === 1 }
}

/** Reads the rest of what `admit` answers, after its view. */
export function readAdmission(reply: RedisReply, told: ToldState): BreakerAdmission {
  const { state, generation, cause } = told
  if (typeof reply === 'number') return { admitted: true, generation }
  const [admitted, probe, waitMs] = listOf(reply).slice(5)
  if (typeof waitMs !== 'number') throw unexpected()
  if (admitted !== 1) return { admitted: false, state, retryAfterMs: waitMs < 0 ? undefined : waitMs, cause }
  if (probe === '') return { admitted: true, generation }
  if (typeof probe !== 'string') throw unexpected()
  return { admitted: true, generation, probe }
}

/** Reads what was published about a breaker; undefined for what is not ours. */
export function readMessage(text: string): (ToldState & { readonly key: string }) | undefined {
  const message = parse(text)
  if (typeof message !== 'object' || message === null) return undefined
  const { key, state, generation, leftMs, cause } = message as Readonly<Record<string, unknown>>
  if (typeof key !== 'string' || !isState(state) || !Number.isSafeInteger(generation)) return undefined
  const left = typeof leftMs === 'number' ? leftMs : 0
  const why = typeof cause === 'string' ? cause : undefined
  return { key, state, generation: Number(generation), leftMs: left, cause: why, isJudged: true }
}

/** What others may know of a breaker; `now` is milliseconds since the epoch by the clock of whoever reads it. */
export function viewOf(key: string, { state, generation, leftMs, cause }: ToldState, now: number): BreakerView {
  return Object.freeze({
    key,
    state,
    generation,
    ...(state === 'open' && { openUntil: now + leftMs }),
    ...(cause !== undefined && { cause }),
  })
}

function listOf(reply: RedisReply): readonly RedisReply[] {
  if (typeof reply !== 'object' || reply === null) throw unexpected()
  return reply
}

function isState(value: unknown): value is BreakerState {
  return states.includes(value)
}

function readCause(text: string): string | undefined {
  const cause = text === '' ? undefined : parse(text)
  return typeof cause === 'string' ? cause : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unexpected(): Error {
  return new Error('Redis gave an answer that no breaker gives: the key may be in use for something else')
}
