import { describe, expect, it } from 'vitest'
import type { AuditLog, AuditRange, AuditRecord } from '../ports/audit-log.ts'
import { memoryAuditLog } from './memory-audit-log.ts'

const recordAt = (sequence: number, previous = sequence === 1 ? '' : `hash ${sequence - 1}`): AuditRecord => {
  return { sequence, previous, body: `{"n":${sequence}}`, hash: `hash ${sequence}` }
}

async function sequencesOf(log: AuditLog, range?: AuditRange): Promise<number[]> {
  const sequences: number[] = []
  for await (const { sequence } of log.records(range)) sequences.push(sequence)
  return sequences
}

function filledTo(end: number, options = {}): ReturnType<typeof memoryAuditLog> {
  const log = memoryAuditLog(options)
  for (let sequence = 1; sequence <= end; sequence += 1) log.append(recordAt(sequence))
  return log
}

describe('memoryAuditLog', () => {
  it('is empty at first', async () => {
    const log = memoryAuditLog()
    expect([log.head(), log.size, log.dropped]).toEqual([undefined, 0, undefined])
    expect(await sequencesOf(log)).toEqual([])
  })

  it('tells the last record that was kept', () => {
    expect(filledTo(3).head()).toEqual({ sequence: 3, hash: 'hash 3' })
  })

  it('keeps frozen copies', async () => {
    const log = memoryAuditLog()
    const given = { ...recordAt(1) }
    log.append(given)
    given.body = 'changed'
    for await (const kept of log.records()) {
      expect(kept).toEqual(recordAt(1))
      expect(Object.isFrozen(kept)).toBe(true)
    }
  })

  it.each([
    ['one that leaves some out', recordAt(5)],
    ['one that is there already', recordAt(3)],
    ['one with another link', recordAt(4, 'hash 2')],
    ['one without a number', { ...recordAt(4), sequence: Number.NaN }],
  ])('refuses %s, and stays as it was', (_, record) => {
    const log = filledTo(3)
    expect(() => log.append(record)).toThrow('The audit log takes record 4 next')
    log.append(recordAt(4))
    expect(log.size).toBe(4)
  })

  it('refuses a first record that is not the first of a chain', () => {
    expect(() => memoryAuditLog().append(recordAt(2))).toThrow('record 1 next')
    expect(() => memoryAuditLog().append(recordAt(1, 'x'))).toThrow('record 1 next')
  })

  it.each([
    [{}, [1, 2, 3, 4]],
    [{ from: 2, to: 3 }, [2, 3]],
    [{ from: 4 }, [4]],
    [{ to: 0 }, []],
    [{ from: 5 }, []],
    [{ from: 3, to: 2 }, []],
    [{ from: -7, to: 1 }, [1]],
  ])('gives the records of %j', async (range, expected) => {
    expect(await sequencesOf(filledTo(4), range)).toEqual(expected)
  })

  it('lets the oldest make room, and tells the last that had to', async () => {
    const log = filledTo(5, { maxRecords: 2 })
    expect(await sequencesOf(log)).toEqual([4, 5])
    expect(await sequencesOf(log, { from: 2, to: 4 })).toEqual([4])
    expect(await sequencesOf(log, { to: 3 })).toEqual([])
    expect([log.size, log.dropped]).toEqual([2, { sequence: 3, hash: 'hash 3' }])
  })

  it('finds its records after many have gone', async () => {
    const log = filledTo(5000, { maxRecords: 10 })
    expect(await sequencesOf(log, { from: 4998 })).toEqual([4998, 4999, 5000])
    expect(log.size).toBe(10)
  })

  it('gives what was there when the reading began, whatever is appended meanwhile', async () => {
    const log = filledTo(3, { maxRecords: 3 })
    const read: number[] = []
    for await (const { sequence } of log.records()) {
      read.push(sequence)
      const next = (log.head()?.sequence ?? 0) + 1
      log.append(recordAt(next))
    }
    expect(read).toEqual([1, 2, 3])
  })

  it('refuses options that make no sense', () => {
    expect(() => memoryAuditLog({ maxRecords: 0 })).toThrow('memoryAuditLog: maxRecords must be an integer >= 1')
    expect(() => memoryAuditLog({ max: 1 } as object)).toThrow("unknown option 'max'")
  })
})
