import type { AuditHead, AuditLog, AuditRecord } from '../ports/audit-log.ts'
import type { Awaitable } from '../ports/port-options.ts'
import { chainRecord } from './chain-record.ts'

/** What became of what was to be written. */
export interface Written {
  /** How many the log has kept, from the first on. */
  readonly kept: number
  /** Why it did not keep all. */
  readonly error?: unknown
}

/** Times in a row that somebody else may append first before that counts as a failure. */
const maxConflicts = 10

/**
 * Puts bodies at the end of the chain that a log holds. It asks once where that end is, and again whenever an append
 * has failed: a record may have been kept all the same, or somebody else have been quicker. One write at a time.
 */
export class ChainWriter {
  readonly #log: AuditLog
  #head: AuditHead | undefined
  #isOpen = false

  constructor(log: AuditLog) {
    this.#log = log
  }

  /** Whether the end of the chain is known; a write of nothing finds it. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Writes bodies, canonical JSON texts, in their order. Answers at once where the log does; never fails. */
  write(bodies: readonly string[]): Awaitable<Written> {
    if (this.#isOpen) return this.#append(bodies, 0)
    try {
      const head = this.#log.head()
      if (isThenable(head)) return this.#openLater(head, bodies)
      this.#open(head)
    } catch (error) {
      return { kept: 0, error }
    }
    return this.#append(bodies, 0)
  }

  #open(head: AuditHead | undefined): void {
    this.#head = head
    this.#isOpen = true
  }

  async #openLater(head: PromiseLike<AuditHead | undefined>, bodies: readonly string[]): Promise<Written> {
    try {
      this.#open(await head)
    } catch (error) {
      return { kept: 0, error }
    }
    return this.#append(bodies, 0)
  }

  #append(bodies: readonly string[], conflicts: number): Awaitable<Written> {
    const records = this.#chain(bodies)
    const waits: PromiseLike<unknown>[] = []
    try {
      for (const record of records) {
        const kept = this.#log.append(record)
        if (isThenable(kept) && kept !== waits.at(-1)) waits.push(kept)
      }
    } catch (error) {
      waits.push(Promise.reject(error))
    }
    if (waits.length > 0) return this.#settle(records, waits, conflicts)
    this.#head = records.at(-1) ?? this.#head
    return { kept: records.length }
  }

  #chain(bodies: readonly string[]): AuditRecord[] {
    let head = this.#head
    return bodies.map((body) => {
      const record = chainRecord(head, body)
      head = record
      return record
    })
  }

  async #settle(
    records: readonly AuditRecord[],
    waits: readonly PromiseLike<unknown>[],
    conflicts: number,
  ): Promise<Written> {
    const failed = (await Promise.allSettled(waits)).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') return this.#lookAfter(records, failed.reason, conflicts)
    this.#head = records.at(-1) ?? this.#head
    return { kept: records.length }
  }

  async #lookAfter(records: readonly AuditRecord[], error: unknown, conflicts: number): Promise<Written> {
    let kept: number
    let head: AuditHead | undefined
    try {
      head = await this.#log.head()
      kept = await this.#countKept(records, head)
    } catch (trouble) {
      return { kept: 0, error: trouble instanceof LostRecords ? trouble : error }
    }
    const rest = records.slice(kept)
    const isOurs = head?.hash === (records[kept - 1] ?? this.#head)?.hash
    this.#head = head
    if (rest.length === 0) return { kept }
    if (isOurs || conflicts >= maxConflicts) return { kept, error }
    const more = await this.#append(
      rest.map(({ body }) => body),
      conflicts + 1,
    )
    return { ...more, kept: kept + more.kept }
  }

  /** How many of the records are in the log, which ends at `head`. Throws where it does not go on from what is known. */
  async #countKept(records: readonly AuditRecord[], head: AuditHead | undefined): Promise<number> {
    const { sequence: known, hash: knownHash } = this.#head ?? { sequence: 0, hash: '' }
    const end = head?.sequence ?? 0
    if (end < known) throw new LostRecords(end, known)
    let kept = 0
    for await (const { sequence, hash } of this.#log.records({ from: Math.max(1, known) })) {
      if (sequence === known && hash !== knownHash) throw new LostRecords(known - 1, known)
      if (hash === records[kept]?.hash) kept += 1
    }
    return kept
  }
}

/** What had been kept is there no more: to go on would hide it. */
class LostRecords extends Error {
  constructor(end: number, known: number) {
    super(`The audit log has lost records: record ${known} had been kept, and it now ends, or differs, after ${end}.`)
  }
}

function isThenable<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
