import type { CacheEntry } from '@headrace/core'

/** What stands before an entry's JSON. */
export interface EntryHead {
  readonly epoch: number
  /** How far its writer's clock was ahead of the server's. */
  readonly skewMs: number
  readonly hasTags: boolean
  /** Where the JSON begins. */
  readonly end: number
}

/** An entry as JSON. Infinity has no JSON, so an end that never comes is null. */
interface Envelope {
  readonly id: string
  readonly value?: unknown
  readonly storedAt: number
  readonly expiresAt: number | null
  readonly staleUntil?: number | null
  readonly tags?: readonly string[]
}

/** Clocks that differ by less are taken for equal: between a writer's look at its clock and the write lies some time. */
const tolerableMs = 500

/** Writes an entry down. */
export function encodeEntry({ id, value, storedAt, expiresAt, staleUntil, tags }: CacheEntry): string {
  return JSON.stringify({ id, value, storedAt, expiresAt, staleUntil, tags })
}

const header = /^headrace1 (\d+) (-?\d+)( [^\n]*)?\n/

/** Reads what stands before an entry; undefined where it is none of ours. */
export function readHead(raw: string): EntryHead | undefined {
  const found = header.exec(raw)
  if (found === null) return undefined
  const [{ length }, epoch, skew, tags] = found
  return { epoch: Number(epoch), skewMs: Number(skew), hasTags: tags !== undefined, end: length }
}

/** Reads an entry, its moments by the reader's clock, which is so far ahead of the server's. Throws where it is broken; never shows what was found. */
export function decodeEntry(raw: string, { end, skewMs }: EntryHead, aheadMs: number): CacheEntry {
  const found = parse(raw.slice(end))
  if (!isEnvelope(found)) throw new Error('A cache entry in Redis is broken')
  const shift = aheadMs - skewMs
  return fromEnvelope(found, Math.abs(shift) < tolerableMs ? 0 : shift)
}

function fromEnvelope({ id, value, storedAt, expiresAt, staleUntil, tags }: Envelope, shift: number): CacheEntry {
  const endOf = (moment: number | null): number => (moment === null ? Number.POSITIVE_INFINITY : moment + shift)
  return {
    id,
    value,
    storedAt: storedAt + shift,
    expiresAt: endOf(expiresAt),
    ...(staleUntil === undefined ? {} : { staleUntil: endOf(staleUntil) }),
    ...(tags === undefined ? {} : { tags }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // the parser's own error repeats the text
    return undefined
  }
}

function isEnvelope(found: unknown): found is Envelope {
  if (typeof found !== 'object' || found === null) return false
  const { id, storedAt, expiresAt, staleUntil, tags } = found as Record<string, unknown>
  const isMoment = (moment: unknown): boolean => moment === null || typeof moment === 'number'
  return (
    typeof id === 'string' &&
    typeof storedAt === 'number' &&
    isMoment(expiresAt) &&
    (staleUntil === undefined || isMoment(staleUntil)) &&
    (tags === undefined || (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')))
  )
}
