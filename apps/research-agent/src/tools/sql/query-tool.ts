import { defineTool, toolFailure } from '@headrace/core'
import { z } from 'zod'
import { type Database, StatementError } from './database.ts'
import { tablesForReaders } from './schema.ts'
import type { StatementFault } from './thread-messages.ts'

const maxRows = 200

/** SQL over the installed packages' package.json files. Reading only; one statement at a time, two seconds each. */
export function queryTool(database: Database) {
  return defineTool({
    name: 'query_packages',
    description:
      'Runs one PostgreSQL SELECT over the package.json files of everything that is installed. ' +
      `Read-only; at most ${maxRows} rows and two seconds. Tables: ${tablesForReaders}.`,
    inputSchema: z.object({
      sql: z.string().min(1).max(4000).describe('one SELECT, WITH … SELECT or VALUES, without parameters'),
    }),
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    policy: {
      // The database is one thread: more calls would only wait inside of it, where nobody sees them.
      concurrency: { max: 1, queue: 100 },
      // A query that computes for too long does so again: no retry. Its thread is ended through the signal.
      timeout: { attempt: 2000 },
      retry: false,
      breaker: false,
      cache: { ttl: 300_000, scope: 'shared' },
    },
    async execute({ sql }, { signal }) {
      try {
        return await database.query(sql, { maxRows, signal })
      } catch (error) {
        if (error instanceof StatementError) throw explain(error.fault, sql)
        throw error
      }
    },
  })
}

function explain(fault: StatementFault, sql: string): Error {
  const { message, code, hint } = fault
  const details = { sqlState: code }
  if (message.includes('multiple commands')) {
    return toolFailure({
      message: 'only one statement at a time',
      hint: 'Send each SELECT as a call.',
      blame: 'caller',
      details,
    })
  }
  if (!/^[\s(]*(select|with|values|table)\b/i.test(sql)) {
    const hint = 'The database is read-only: send a SELECT, a WITH … SELECT or VALUES.'
    return toolFailure({ message: `not a query: ${message}`, hint, blame: 'caller', details })
  }
  const advice = `${hint ? `${hint} ` : ''}The tables are: ${tablesForReaders}`
  return toolFailure({ message, hint: advice, blame: 'caller', details })
}
