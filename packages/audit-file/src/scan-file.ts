import { type AuditFault, type AuditHead, type AuditRecord, verifyAudit } from '@headrace/core'
import { readLine } from './audit-line.ts'
import { readLines } from './read-lines.ts'

/** What an audit file holds. */
export interface Scan {
  /** Its last record. */
  readonly head: AuditHead | undefined
  /** Bytes up to the end of that one; whatever follows was torn. */
  readonly length: number
  /** The last record is whole, but its line feed was not written any more. */
  readonly isUnfinished: boolean
}

const faults: Readonly<Record<AuditFault, string>> = {
  hash: 'its content does not fit its hash',
  link: 'it does not link to the record before',
  gap: 'it is not the record that comes next',
  truncated: 'it is not the record that is expected',
}

/** Reads and checks a whole file. Throws where a line is broken, unless it is the last one: that was torn. */
export async function scanFile(path: string): Promise<Scan> {
  let scan: Scan = { head: undefined, length: 0, isUnfinished: false }
  let number = 0
  async function* records(): AsyncGenerator<AuditRecord> {
    for await (const lines of readLines(path)) {
      for (const line of lines) {
        number = line.number
        const record = readLine(line.bytes)
        if (record === undefined && line.isLast) return
        if (record === undefined) throw new Error(`Line ${number} of the audit log ${path} is no record.`)
        yield record
        const { sequence, hash } = record
        scan = { head: { sequence, hash }, length: line.end, isUnfinished: !line.isComplete }
      }
    }
  }
  const result = await verifyAudit(records())
  if (!result.ok) throw new Error(`Line ${number} of the audit log ${path} is broken: ${faults[result.why]}.`)
  return scan
}
