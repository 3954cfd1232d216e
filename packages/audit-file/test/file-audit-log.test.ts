import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileAuditLog } from '@headrace/audit-file'
import { createRuntime, defineTool, verifyAudit } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { appendAll, chain, openLog, sequencesOf } from './fixture/open-log.ts'
import { temporaryFolder } from './fixture/temporary-folder.ts'

describe('fileAuditLog', () => {
  it('writes a line of JSON for each record, for its user alone', async () => {
    const { log, path } = openLog()
    const records = chain(2)
    await appendAll(log, records)
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(records)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('makes the file with the mode that is asked for', async () => {
    const { log, path } = openLog({ mode: 0o640 })
    await log.head()
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  it('does not make a directory, and says which one is missing', async () => {
    const path = join(temporaryFolder(), 'missing', 'audit.jsonl')
    const log = fileAuditLog({ path })
    await expect(log.head()).rejects.toThrow(`The directory of the audit log ${path} cannot be read.`)
    await expect(appendAll(log, chain(1))).rejects.toMatchObject({ cause: { code: 'ENOENT' } })
    expect(await sequencesOf(log)).toEqual([])
    mkdirSync(dirname(path))
    await appendAll(log, chain(1))
    await log.close()
  })

  it('refuses what is no file', async () => {
    const path = join(temporaryFolder(), 'audit.jsonl')
    mkdirSync(path)
    await expect(fileAuditLog({ path }).head()).rejects.toThrow('EISDIR')
    writeFileSync(join(path, 'file'), '')
    await expect(fileAuditLog({ path: join(path, 'file', 'audit') }).head()).rejects.toThrow('is not in a directory')
  })

  it('stays as it was while the file is gone, was replaced, cut or written by others; goes on when it is back', async () => {
    const { log, path } = openLog()
    const [one, two, three, four] = chain(4)
    if (!one || !two || !three || !four) return
    await log.append(one)
    renameSync(path, `${path}.1`)
    await expect(log.append(two)).rejects.toThrow('is gone: it was deleted or moved')
    writeFileSync(path, '')
    await expect(log.append(two)).rejects.toThrow('was moved: there is another file in its place')
    rmSync(path)
    renameSync(`${path}.1`, path)
    await log.append(two)
    writeFileSync(path, 'more', { flag: 'a' })
    await expect(log.append(three)).rejects.toThrow('Somebody else has written to the audit log')
    truncateSync(path, statSync(path).size - 4)
    await log.append(three)
    const bytes = readFileSync(path)
    truncateSync(path, 10)
    await expect(log.append(four)).rejects.toThrow(`was cut: ${bytes.length - 10} bytes of it are missing`)
    writeFileSync(path, bytes)
    await log.append(four)
    expect(await verifyAudit(log.records(), { head: await log.head() })).toEqual({ ok: true, count: 4 })
  })

  it('fails for readers when the file that it has open is taken away', async () => {
    const { log, path } = openLog()
    await appendAll(log, chain(1))
    rmSync(path)
    await expect(sequencesOf(log)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('refuses a record that is too long for a line, and stays as it was', async () => {
    const { log } = openLog()
    const long = { sequence: 1, previous: '', body: 'x'.repeat(16 * 1024 * 1024), hash: '' }
    await expect(log.append(long)).rejects.toThrow('Record 1 is longer than 16777216 bytes')
    const [first] = chain(1)
    const large = { ...first, body: '😀'.repeat(4_000_000), sequence: 1, previous: '', hash: 'x' }
    await log.append(large)
    for await (const record of log.records()) expect(record).toEqual(large)
  })

  it('writes what waits when it is closed, and takes nothing afterwards', async () => {
    const { log, path, again } = openLog()
    const records = chain(100)
    const appended = appendAll(log, records)
    await log.head()
    await log.close()
    await log.close()
    await appended
    await expect(appendAll(log, chain(1, records.at(-1)))).rejects.toThrow('is closed')
    await expect(log.head()).rejects.toThrow('is closed')
    expect(await sequencesOf(log, { from: 99 })).toEqual([99, 100])
    expect(existsSync(`${path}.lock`)).toBe(false)
    expect((await again().head())?.sequence).toBe(100)
  })

  it('can be closed without having been opened, and while it is being opened', async () => {
    const { log, path, again } = openLog()
    await log.close()
    expect(existsSync(path)).toBe(false)
    const second = again()
    const opening = second.head()
    await second.close()
    expect(await opening).toBeUndefined()
    await using third = again()
    await appendAll(third, chain(1))
    expect(await sequencesOf(third)).toEqual([1])
  })

  it('gives any range of 100,000 records', async () => {
    const { log } = openLog()
    const records = chain(100_000)
    await appendAll(log, records)
    expect(await sequencesOf(log, { from: 70_001, to: 70_003 })).toEqual([70_001, 70_002, 70_003])
    expect(await sequencesOf(log, { from: 99_999 })).toEqual([99_999, 100_000])
    expect(await sequencesOf(log, { to: 2 })).toEqual([1, 2])
    expect(await verifyAudit(log.records(), { head: await log.head() })).toEqual({ ok: true, count: 100_000 })
  }, 60_000)

  it('keeps the audit of a runtime over a restart', async () => {
    const { log, again } = openLog({ fsync: 'always' })
    const pay = defineTool({
      name: 'pay',
      description: 'Pays',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: () => 'paid',
    })
    const first = createRuntime({ tools: [pay], audit: log })
    await first.call('pay', { amount: 1, card: { token: 'abc' } })
    await first.close()
    await log.close()
    const reopened = again()
    const second = createRuntime({ tools: [pay], audit: reopened })
    await second.call('pay', { amount: 2 })
    await second.close()
    const bodies: unknown[] = []
    for await (const { body } of reopened.records()) bodies.push(JSON.parse(body))
    expect(bodies).toMatchObject([
      { tool: 'pay', arguments: { amount: 1, card: { token: '[redacted]' } }, output: 'paid' },
      { tool: 'pay', arguments: { amount: 2 } },
    ])
    expect(await verifyAudit(reopened.records(), { head: await reopened.head() })).toEqual({ ok: true, count: 2 })
  })

  it('keeps the audit of two runtimes that share it, as one chain', async () => {
    const { log } = openLog()
    const echo = defineTool({
      name: 'echo',
      description: 'Echoes',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: async (input) => input,
    })
    const runtimes = [createRuntime({ tools: [echo], audit: log }), createRuntime({ tools: [echo], audit: log })]
    for (let n = 0; n < 20; n += 1) {
      await Promise.all(runtimes.map((runtime) => runtime.call('echo', { n })))
      await log.head()
    }
    for (const runtime of runtimes) await runtime.close()
    let ends = 0
    for await (const { body } of log.records()) if (body.includes('call-settle')) ends += 1
    expect(ends).toBe(40)
    expect(await verifyAudit(log.records(), { head: await log.head() })).toMatchObject({ ok: true })
  })

  it.each([
    [undefined, 'the options must be an object'],
    [{}, 'path must be the path of a file'],
    [{ path: '' }, 'path must be the path of a file'],
    [{ path: 'x', fsync: true }, "fsync must be 'always' or 'interval' or 'never'"],
    [{ path: 'x', fsyncIntervalMs: 0 }, 'fsyncIntervalMs must be a number >= 1 and <= 3600000'],
    [{ path: 'x', mode: -1 }, 'mode must be an integer >= 0 and <= 0o777'],
    [{ path: 'x', lock: false }, "unknown option 'lock'"],
  ])('refuses %j', (options, message) => {
    expect(() => fileAuditLog(options as never)).toThrow(`fileAuditLog: ${message}`)
  })
})
