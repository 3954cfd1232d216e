import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { nextAuditRecord, verifyAudit } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { appendAll, chain, openLog, sequencesOf } from './fixture/open-log.ts'

describe('an audit file whose last line was torn', () => {
  it('goes on from the last whole record, wherever the line was cut, and loses no byte', async () => {
    const records = chain(4)
    const whole = records.slice(0, 3)
    const { log, path, again } = openLog()
    await appendAll(log, whole.slice(0, 2))
    const start = statSync(path).size
    await appendAll(log, whole.slice(2))
    await log.close()
    const bytes = readFileSync(path)
    for (let cut = start; cut <= bytes.length; cut += 1) {
      writeFileSync(path, bytes.subarray(0, cut))
      const mended = again()
      // a record that lacks only its line feed is whole
      const left = cut >= bytes.length - 1 ? 3 : 2
      expect((await mended.head())?.sequence, `cut at ${cut}`).toBe(left)
      const next = left === 3 ? chain(1, records[2]) : records.slice(2)
      await appendAll(mended, next)
      await mended.close()
      expect(await verifyAudit(mended.records()), `cut at ${cut}`).toEqual({ ok: true, count: left + next.length })
      const isTorn = cut > start && left === 2
      expect(mended.torn).toBe(isTorn ? `${path}.torn-1` : undefined)
      const saved = mended.torn === undefined ? undefined : readFileSync(mended.torn)
      expect(saved).toEqual(isTorn ? bytes.subarray(start, cut) : undefined)
      rmSync(`${path}.torn-1`, { force: true })
    }
  }, 60_000)

  it.each([
    ['half a character', Buffer.from('{"body":"😀').subarray(0, 11)],
    ['zeros, as a loss of power leaves them', Buffer.alloc(9000)],
    ['a whole line that is no record', Buffer.from('{"sequence":3}\n')],
    ['an empty line', Buffer.from('\n')],
  ])('takes off %s', async (_, rest) => {
    const { log, path, again } = openLog()
    await appendAll(log, chain(2))
    await log.close()
    writeFileSync(path, rest, { flag: 'a' })
    const mended = again()
    expect(await sequencesOf(mended)).toEqual([1, 2])
    expect((await mended.head())?.sequence).toBe(2)
    expect(readFileSync(mended.torn ?? '')).toEqual(rest)
    expect(statSync(mended.torn ?? '').mode & 0o777).toBe(0o600)
  })

  it('is empty when its first line was torn', async () => {
    const { path, again } = openLog()
    writeFileSync(path, '{"bo')
    const log = again()
    expect(await log.head()).toBeUndefined()
    await appendAll(log, chain(1))
    expect(await sequencesOf(log)).toEqual([1])
  })

  it.each([
    ['is no record', (line: string) => `${line.slice(0, -5)}\n`, 'is no record'],
    ['is empty', () => '\n', 'is no record'],
    ['says something else', (line: string) => line.replace('Zoë', 'Zoe'), 'its content does not fit its hash'],
    ['is there twice', (line: string) => line + line, 'it is not the record that comes next'],
  ])('is refused where a line in the middle %s, with the number of the line', async (_, change, why) => {
    const { log, path, again } = openLog()
    await appendAll(log, chain(4))
    await log.close()
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/)
    writeFileSync(path, lines.with(1, change(lines[1] ?? '')).join(''))
    const broken = again()
    await expect(broken.head()).rejects.toThrow(new RegExp(`Line [23] of the audit log .*${why}`))
    await expect(appendAll(broken, chain(1))).rejects.toThrow('of the audit log')
    expect(existsSync(`${path}.lock`)).toBe(false)
    expect(existsSync(`${path}.torn-1`)).toBe(false)
  })

  it('is refused where a record in the middle was changed and given its right hash', async () => {
    const { log, path, again } = openLog()
    const records = chain(3)
    await appendAll(log, records)
    await log.close()
    const lines = readFileSync(path, 'utf8').split(/(?<=\n)/)
    const forged = nextAuditRecord(records[0], { n: 'another' })
    writeFileSync(path, lines.with(1, `${JSON.stringify(forged)}\n`).join(''))
    await expect(again().head()).rejects.toThrow(/Line 3 of the audit log .*: it does not link to the record before/)
  })

  it('can be read as it is, without being opened', async () => {
    const { log, path, again } = openLog()
    await appendAll(log, chain(3))
    await log.close()
    truncateSync(path, statSync(path).size - 7)
    expect(await sequencesOf(again())).toEqual([1, 2])
    expect(existsSync(`${path}.torn-1`)).toBe(false)
  })
})
