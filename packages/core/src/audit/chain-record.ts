import { hash } from 'node:crypto'
import { canonicalJson } from '../json/plain-json.ts'
import type { AuditHead, AuditRecord } from '../ports/audit-log.ts'

/** The hash that a record with this content has. */
export function hashOf({ sequence, previous, body }: Omit<AuditRecord, 'hash'>): string {
  const text = `{"body":${JSON.stringify(body)},"previous":${JSON.stringify(previous)},"sequence":${sequence}}`
  return hash('sha256', text, 'hex')
}

/** The record that follows `head`, frozen; `body` is canonical JSON text. */
export function chainRecord(head: AuditHead | undefined, body: string): AuditRecord {
  const content = { sequence: (head?.sequence ?? 0) + 1, previous: head?.hash ?? '', body }
  return Object.freeze({ ...content, hash: hashOf(content) })
}

/**
 * The record that follows `head` and tells `what`, plain JSON: for who writes to an audit log beside a runtime, and for
 * tests of logs. Throws where `what` is no plain JSON; see {@link AuditLog} for who may append it.
 */
export function nextAuditRecord(head: AuditHead | undefined, what: unknown): AuditRecord {
  const body = canonicalJson(what)
  if (body === undefined) throw new TypeError('nextAuditRecord: what is recorded must be plain JSON')
  return chainRecord(head, body)
}
