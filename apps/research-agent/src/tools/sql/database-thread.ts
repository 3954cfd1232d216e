import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'
import { dataDir } from '@electric-sql/pglite-prepopulatedfs'
import { z } from 'zod'
import type { InstalledPackage } from '../../project/installed-package.ts'
import { createTables, fillTables } from './schema.ts'
import type { QueryResult, StatementFault, StatementMessage, ThreadMessage } from './thread-messages.ts'

// PostgreSQL in wasm computes on the thread that calls it: here it may take its time, and can be ended at any moment.
const port = parentPort
if (port === null) throw new Error('database-thread.ts is a worker thread of database.ts')
const post = (message: ThreadMessage): void => port.postMessage(message)

const { packages } = workerData as { readonly packages: readonly InstalledPackage[] }
const database = await open(packages)

port.on('message', async ({ id, sql, maxRows }: StatementMessage) => {
  try {
    post({ type: 'result', id, result: await read(sql, maxRows) })
  } catch (error) {
    post({ type: 'fault', id, fault: faultOf(error) })
  }
})
post({ type: 'ready' })

async function open(rows: readonly InstalledPackage[]): Promise<PGlite> {
  const loadDataDir = await dataDir() // An empty cluster: making one here would take seconds.
  const opened = await PGlite.create({ loadDataDir, parsers: { [types.NUMERIC]: Number } })
  await opened.exec(createTables)
  for (const { sql, rows: values } of fillTables(rows)) await opened.query(sql, [JSON.stringify(values)])
  return opened
}

/**
 * Reads with three locks: a cursor takes nothing but one query, the transaction is read-only, and the role may only
 * select. The transaction is rolled back, so no setting outlives the statement either.
 */
function read(sql: string, maxRows: number): Promise<QueryResult> {
  return database.transaction(async (transaction) => {
    await transaction.exec('set transaction read only; set local role reader')
    await transaction.query(`declare answer no scroll cursor for ${sql}`)
    const { fields, rows } = await transaction.query<Record<string, unknown>>(`fetch ${maxRows + 1} from answer`)
    await transaction.rollback()
    const columns = fields.map(({ name }) => name)
    return { columns, rows: rows.slice(0, maxRows), truncated: rows.length > maxRows }
  })
}

function faultOf(error: unknown): StatementFault {
  const fault = z.object({ message: z.string(), code: z.string().optional(), hint: z.string().optional() })
  const { message, code, hint } = fault.safeParse(error).data ?? { message: String(error) }
  return { message, code, hint }
}
