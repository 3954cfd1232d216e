import { type AuditLog, type AuditRange, type AuditRecord, nextAuditRecord } from '@headrace/core'
import { hold } from '../hold.ts'

/** So many records, each linked to the one before; `after` is the last one before them. */
export function chainOf(bodies: readonly unknown[], after?: AuditRecord): AuditRecord[] {
  const records: AuditRecord[] = []
  for (const body of bodies) records.push(nextAuditRecord(records.at(-1) ?? after, body))
  return records
}

/** So many records that tell nothing but their number. */
export function chain(length: number, after?: AuditRecord): AuditRecord[] {
  return chainOf(
    Array.from({ length }, (_, index) => ({ count: index })),
    after,
  )
}

/** Appends one record after the other. */
export async function appendAll(log: AuditLog, records: readonly AuditRecord[]): Promise<void> {
  for (const record of records) await log.append(record)
}

/** Reads all that is in the range, as plain data. */
export async function readAll(log: AuditLog, range?: AuditRange): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of range === undefined ? log.records() : log.records(range)) records.push(plain(record))
  return records
}

/** A record's four members, whatever it is made of. */
export function plain({ sequence, previous, body, hash }: AuditRecord): AuditRecord {
  return { sequence, previous, body, hash }
}

/** Whether the append failed, at once or later. */
export async function fails(log: AuditLog, record: AuditRecord): Promise<boolean> {
  try {
    await log.append(record)
    return false
  } catch {
    return true
  }
}

/** Throws unless the log refuses the record. */
export async function holdRefused(log: AuditLog, record: AuditRecord, what: string): Promise<void> {
  hold(await fails(log, record), `append fails for ${what}`, 'it did not fail')
}
