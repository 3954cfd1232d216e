import { z } from 'zod'
import type { Findings } from './findings.ts'
import type { PlannedCall } from './rule.ts'

/** A query of the database; the label says what it is for. */
export function query(label: string, sql: string): PlannedCall {
  return { key: label, label, tool: 'query_packages', arguments: { sql } }
}

/** How much is installed: every answer says what it looked at. The same text each time, so the cache answers it. */
export const totals: PlannedCall = query(
  'all packages',
  "select count(*) as packages, count(distinct name) as names, sum(bytes)::bigint as bytes from packages where kind = 'installed'",
)

const totalsRow = z.object({ packages: z.number(), names: z.number(), bytes: z.number() })

/** The row that {@link totals} gives. */
export function readTotals(found: Findings): z.infer<typeof totalsRow> | undefined {
  return found.rows(totals.key, totalsRow)[0]
}

/** Reads the sections of a README whose headings have one of the words. */
export function readReadme(id: string, words: readonly string[]): PlannedCall {
  return { key: `README ${id}`, tool: 'read_sections', arguments: { package: id, words, limit: 2 } }
}

/** Asks the metadata service about a package. */
export function askService(part: 'facts' | 'files' | 'provenance', id: string): PlannedCall {
  return { key: `${part} ${id}`, tool: `package_${part}`, arguments: { package: id } }
}
