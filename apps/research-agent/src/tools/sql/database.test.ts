import { afterAll, beforeAll, expect, test } from 'vitest'
import { samplePackage } from '../../project/sample-package.ts'
import { type Database, openDatabase } from './database.ts'

const packages = [
  samplePackage('a@1.0.0', { bytes: 5_000_000_000, documents: ['README.md'] }),
  samplePackage('b@2.0.0', {
    license: 'ISC',
    dependencies: [{ name: 'a', range: '^1.0.0', kind: 'runtime', resolved: 'a@1.0.0' }],
  }),
]

let database: Database
beforeAll(async () => {
  database = openDatabase(packages)
  await database.ready()
}, 30_000)
afterAll(() => database.close())

const query = (sql: string, maxRows = 100) => database.query(sql, { maxRows })

test('holds the packages and their dependencies', async () => {
  const sql = 'select d.package_id, p.id, p.bytes, p.readme from dependencies d join packages p on p.id = d.resolved_id'
  expect(await query(sql)).toEqual({
    columns: ['package_id', 'id', 'bytes', 'readme'],
    rows: [{ package_id: 'b@2.0.0', id: 'a@1.0.0', bytes: 5_000_000_000, readme: 'README.md' }],
    truncated: false,
  })
})

test('gives no more rows than are asked for, and says that there are more', async () => {
  const { rows, truncated } = await query('select id from packages order by id', 1)
  expect(rows).toEqual([{ id: 'a@1.0.0' }])
  expect(truncated).toBe(true)
})

test.each([
  'delete from packages',
  'with gone as (delete from packages returning *) select * from gone',
  'select 1; delete from packages',
  'commit',
  'create table t (id text)',
  "copy packages to '/tmp/packages'",
  "select pg_read_file('/etc/hostname')",
  'select * from pg_authid',
])('refuses to run: %s', async (sql) => {
  await expect(query(sql)).rejects.toThrow(/.+/)
  expect((await query('select count(*) as count from packages')).rows).toEqual([{ count: 2 }])
})

test('lets no setting outlive its statement', async () => {
  await query("select set_config('role', 'postgres', false)")
  const { rows } = await query("select current_user as role, current_setting('transaction_read_only') as read_only")
  expect(rows).toEqual([{ role: 'reader', read_only: 'on' }])
})

test('ends a statement that computes for too long, and goes on with the next one', async () => {
  const endless = 'select count(*) from generate_series(1, 1000000000)'
  const slow = database.query(endless, { maxRows: 1, signal: AbortSignal.timeout(100) })
  const next = query('select count(*) as count from packages')
  await expect(slow).rejects.toThrow(/timeout/)
  expect((await next).rows).toEqual([{ count: 2 }])
}, 30_000)

test('refuses statements when it is closed', async () => {
  const other = openDatabase([])
  await other.close()
  await expect(other.query('select 1', { maxRows: 1 })).rejects.toThrow('the database was closed')
})
