import { checkKeys, checkNumber } from '../options/check-option.ts'
import type { AuditHead, AuditLog, AuditRange, AuditRecord } from '../ports/audit-log.ts'

/** Options of {@link memoryAuditLog}. */
export interface MemoryAuditLogOptions {
  /** Records kept; 100,000. The oldest make room for new ones. */
  readonly maxRecords?: number
}

/** An audit log in this process: every method answers at once, nothing outlives the process. */
export interface MemoryAuditLog extends AuditLog {
  /** Records that it holds. */
  readonly size: number
  /**
   * The last record that had to make room, undefined while none had to. What is left is checked with
   * `verifyAudit(log.records(), { after: log.dropped })`.
   */
  readonly dropped: AuditHead | undefined
  append(record: AuditRecord): void
  head(): AuditHead | undefined
}

/** Makes a {@link MemoryAuditLog}. Its records are frozen. */
export function memoryAuditLog(options: MemoryAuditLogOptions = {}): MemoryAuditLog {
  checkKeys('memoryAuditLog', options, ['maxRecords'])
  checkNumber('memoryAuditLog', 'maxRecords', options.maxRecords, { min: 1, integer: true, infinite: true })
  return new Records(options.maxRecords ?? 100_000)
}

class Records implements MemoryAuditLog {
  readonly #maxRecords: number
  /** What has to go stays in front for a while: to move the others up each time would cost as much as they are many. */
  #records: AuditRecord[] = []
  #start = 0
  #dropped: AuditHead | undefined

  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords
  }

  get size(): number {
    return this.#records.length - this.#start
  }

  get dropped(): AuditHead | undefined {
    return this.#dropped
  }

  append({ sequence, previous, body, hash }: AuditRecord): void {
    const last = this.#records.at(-1)
    const [next, link] = last === undefined ? [1, ''] : [last.sequence + 1, last.hash]
    if (sequence !== next || previous !== link) {
      throw new Error(`The audit log takes record ${next} next, linked to the one before; it was given ${sequence}.`)
    }
    this.#records.push(Object.freeze({ sequence, previous, body, hash }))
    if (this.size > this.#maxRecords) this.#drop()
  }

  head(): AuditHead | undefined {
    const last = this.#records.at(-1)
    return last && { sequence: last.sequence, hash: last.hash }
  }

  async *records({ from = 1, to = Number.POSITIVE_INFINITY }: AuditRange = {}): AsyncGenerator<AuditRecord> {
    const before = this.#dropped?.sequence ?? 0
    const place = (sequence: number): number => this.#start + Math.max(0, sequence - before)
    yield* this.#records.slice(place(from - 1), place(to))
  }

  #drop(): void {
    const oldest = this.#records[this.#start]
    if (oldest !== undefined) this.#dropped = { sequence: oldest.sequence, hash: oldest.hash }
    this.#start += 1
    if (this.#start < 1024 || this.#start * 2 < this.#records.length) return
    this.#records = this.#records.slice(this.#start)
    this.#start = 0
  }
}
