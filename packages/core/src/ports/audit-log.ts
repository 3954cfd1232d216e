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

/** Which records are wanted; both ends are included, an end that is not given is the log's own. */
export interface AuditRange {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Keeps audit records, each once, in their order, unchanged. */
export interface AuditLog {
  /**
   * Keeps the record when it is the next one of the chain: when its `sequence` is one more than the head's and its
   * `previous` the head's hash, or 1 and empty while there is none. Fails otherwise, and when it cannot be kept; the
   * log then is as it was before. Whether the hash is right is not looked at.
   *
   * Appends may overlap: each is judged as if those before it had been kept, and they are kept in the order of the
   * calls; where one cannot be kept, none that builds on it is. A log may so write together what was appended together.
   * By the time that one fails, those before it are kept or have failed, so that the head tells what stood in its way. A
   * failed append may be tried again with the same record.
   */
  append(record: AuditRecord): Awaitable<void>
  /**
   * The last record that was kept, by whomever; undefined while there is none. May fail as an append may: who is about
   * to append learns so early what stands in the way.
   */
  head(): Awaitable<AuditHead | undefined>
  /**
   * The records that are kept when the reading begins and are in the range, in order. None where nothing is in the range.
   * Those that are appended meanwhile may follow.
   */
  records(range?: AuditRange): AsyncIterable<AuditRecord>
}
