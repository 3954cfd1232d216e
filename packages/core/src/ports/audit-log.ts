import type { Awaitable } from './port-options.ts'

/** One link of the chain. */
export interface AuditRecord {
  /** 1 for the first record, and one more for each that follows. */
  readonly sequence: number
  /** The hash of the record before; empty for the first one. */
  readonly previous: string
  /** What happened: canonical JSON text, so that nobody has to write it again to check it. */
  readonly body: string
  /** SHA-256 over the canonical JSON of the other three, in lower-case hex. */
  readonly hash: string
}

/** The end of the chain, to be kept elsewhere: with it a log that was cut is told from a whole one. */
export interface AuditHead {
  readonly sequence: number
  readonly hash: string
}

/** Which records are wanted; both ends are included. */
export interface AuditRange {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Keeps audit records, each once, in their order, unchanged. */
export interface AuditLog {
  /** Keeps the record when it is the next one of the chain; rejects otherwise, and when it cannot be kept. */
  append(record: AuditRecord): Awaitable<void>
  /** The last record that was kept; undefined while there is none. */
  head(): Awaitable<AuditHead | undefined>
  /** The records that are kept, in order. */
  records(range?: AuditRange): AsyncIterable<AuditRecord>
}
