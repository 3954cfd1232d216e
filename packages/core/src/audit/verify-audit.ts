import { readProperty } from '../errors/safe-read.ts'
import { checkKeys, checkNumber } from '../options/check-option.ts'
import type { AuditHead, AuditRecord } from '../ports/audit-log.ts'
import { hashOf } from './chain-record.ts'

/** What {@link verifyAudit} is told about the records. */
export interface VerifyAuditOptions {
  /** The end of the chain as it was kept elsewhere: the records have to reach it, and may go on behind it. */
  readonly head?: AuditHead | undefined
  /** The record before the first one, where the records are the later part of a chain. */
  readonly after?: AuditHead | undefined
  /**
   * The sequence of the first record, where the records are a later part and the one before is not known: what the
   * first one links to is then taken on trust. 1 by default.
   */
  readonly from?: number | undefined
}

/**
 * What is wrong with a record: its content does not fit its hash (or it is no record at all), it does not link to the
 * one before, its sequence is not the next one, or the records end before the head, or at another one.
 */
export type AuditFault = 'hash' | 'link' | 'gap' | 'truncated'

/** What {@link verifyAudit} found. */
export type AuditVerification =
  | { readonly ok: true; readonly count: number }
  | {
      readonly ok: false
      /** Which record is the first broken one: its own sequence; the expected one of what is no record, or missing. */
      readonly sequence: number
      readonly why: AuditFault
    }

/**
 * Checks a chain of audit records and names the first that is broken. A chain that was cut at its end is whole in
 * itself: only a `head` tells it; a head before the first record tells nothing. Reads the records one by one and keeps
 * none. Rejects only where reading them does, and where an option makes no sense.
 */
export async function verifyAudit(
  records: Iterable<AuditRecord> | AsyncIterable<AuditRecord>,
  options: VerifyAuditOptions = {},
): Promise<AuditVerification> {
  checkOptions(options)
  const { head, after } = options
  let last = after ?? startOf(options.from ?? 1)
  let count = 0
  for await (const given of records) {
    const record = readRecord(given)
    if (record === undefined) return { ok: false, sequence: last.sequence + 1, why: 'hash' }
    const why = faultOf(record, last) ?? (isOther(record, head) ? 'truncated' : undefined)
    if (why !== undefined) return { ok: false, sequence: record.sequence, why }
    last = record
    count += 1
  }
  if (head !== undefined && (head.sequence > last.sequence || isOther(last, head))) {
    return { ok: false, sequence: Math.min(head.sequence, last.sequence + 1), why: 'truncated' }
  }
  return { ok: true, count }
}

/** The end of a chain; without a hash where it is not known. */
interface End {
  readonly sequence: number
  readonly hash: string | undefined
}

function startOf(from: number): End {
  return { sequence: from - 1, hash: from === 1 ? '' : undefined }
}

function faultOf(record: AuditRecord, { sequence, hash }: End): AuditFault | undefined {
  if (hashOf(record) !== record.hash) return 'hash'
  if (record.sequence !== sequence + 1) return 'gap'
  return hash !== undefined && record.previous !== hash ? 'link' : undefined
}

/** Whether this is not the record that the head was taken from, although it has its sequence. */
function isOther({ sequence, hash }: End, head: AuditHead | undefined): boolean {
  return head !== undefined && hash !== undefined && sequence === head.sequence && hash !== head.hash
}

/** What was stored may be anything by now: undefined where it is no record. */
function readRecord(stored: unknown): AuditRecord | undefined {
  const sequence = readProperty(stored, 'sequence')
  const previous = readProperty(stored, 'previous')
  const body = readProperty(stored, 'body')
  const hash = readProperty(stored, 'hash')
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 1) return undefined
  if (typeof previous !== 'string' || typeof body !== 'string' || typeof hash !== 'string') return undefined
  return { sequence: sequence as number, previous, body, hash }
}

function checkOptions(options: VerifyAuditOptions): void {
  const where = 'verifyAudit'
  checkKeys(where, options, ['head', 'after', 'from'])
  checkNumber(where, 'from', options.from, { min: 1, integer: true })
  for (const name of ['head', 'after'] as const) checkHead(`${where}: ${name}`, options[name])
  if (options.after !== undefined && options.from !== undefined) {
    throw new TypeError(`${where}: after says where the records begin; from cannot be given beside it`)
  }
}

function checkHead(where: string, head: AuditHead | undefined): void {
  if (head === undefined) return
  if (typeof head !== 'object' || head === null || typeof head.hash !== 'string') {
    throw new TypeError(`${where} must be the sequence and hash of a record`)
  }
  checkNumber(where, 'sequence', head.sequence ?? Number.NaN, { min: 1, integer: true })
}
