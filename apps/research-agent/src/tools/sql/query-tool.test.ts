import { createRuntime, toModel } from '@headrace/core'
import { expect, test } from 'vitest'
import { type Database, StatementError } from './database.ts'
import { queryTool } from './query-tool.ts'

/** A database that refuses everything as PostgreSQL does. */
function refusing(message: string): Database {
  const query = () => Promise.reject(new StatementError({ message, code: '42601', hint: undefined }))
  return { ready: async () => {}, query, close: async () => {} }
}

async function told(sql: string, message: string): Promise<string> {
  const runtime = createRuntime({ tools: [queryTool(refusing(message))] })
  const result = await runtime.dispatch({ tool: 'query_packages', arguments: { sql } }).result()
  await runtime.close()
  return JSON.stringify(toModel(result))
}

test('tells a model that the database is read-only', async () => {
  expect(await told('delete from packages', 'syntax error at or near "delete"')).toContain('The database is read-only')
})

test('tells a model to send one statement at a time', async () => {
  expect(await told('select 1; select 2', 'cannot insert multiple commands into a prepared statement')).toContain(
    'only one statement at a time',
  )
})

test('tells a model which tables there are', async () => {
  expect(await told('select nme from packages', 'column "nme" does not exist')).toContain(
    'The tables are: packages (id',
  )
})
