import { z } from 'zod'
import type { Findings } from './findings.ts'
import type { PlannedCall } from './rule.ts'

/** How much is installed: every answer says what it looked at. The same text each time, so the cache answers it. */
export const totals: PlannedCall = {
  key: 'all packages',
  tool: 'query_packages',
  arguments: {
    sql: "select count(*) as packages, count(distinct name) as names, sum(bytes)::bigint as bytes from packages where kind = 'installed'",
  },
}

const totalsRow = z.object({ packages: z.number(), names: z.number(), bytes: z.number() })

/** The row that {@link totals} gives. */
export function readTotals(found: Findings): z.infer<typeof totalsRow> | undefined {
  return found.rows(totals.key, totalsRow)[0]
}

/** Asks the metadata service about a package. */
export function askService(part: 'facts' | 'files' | 'provenance', id: string): PlannedCall {
  return { key: `${part} ${id}`, tool: `package_${part}`, arguments: { package: id } }
}
