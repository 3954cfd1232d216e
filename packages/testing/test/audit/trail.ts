import { type AuditHead, type AuditLog, type AuditRecord, memoryAuditLog, verifyAudit } from '@headrace/core'
import { expect } from 'vitest'

/** The records of a log, which have to be a whole chain. */
export async function recordsOf(log: AuditLog): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const record of log.records()) records.push(record)
  expect(await verifyAudit(records)).toEqual({ ok: true, count: records.length })
  return records
}

/** What the records of a log say. */
export async function trailOf(log: AuditLog): Promise<Record<string, unknown>[]> {
  return (await recordsOf(log)).map(({ body }) => JSON.parse(body) as Record<string, unknown>)
}

/** Lets the event loop turn once: what was recorded until now is then written. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A log in memory that fails while it is told to. */
export interface BreakableLog extends AuditLog {
  isBroken: boolean
}

/** Makes a {@link BreakableLog}; `isAsync`: it answers with promises. */
export function breakableLog({ isAsync = false }: { readonly isAsync?: boolean } = {}): BreakableLog {
  const kept = memoryAuditLog()
  const answer = <T>(give: () => T): T | Promise<T> => {
    if (isAsync) return Promise.resolve().then(() => (log.isBroken ? fail() : give()))
    return log.isBroken ? fail() : give()
  }
  const log: BreakableLog = {
    isBroken: false,
    append: (record) => answer<void>(() => kept.append(record)),
    head: () => answer<AuditHead | undefined>(() => kept.head()),
    records: (range) => kept.records(range),
  }
  return log
}

function fail(): never {
  throw new Error('disk full')
}
