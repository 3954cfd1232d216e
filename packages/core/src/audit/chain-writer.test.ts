import { describe, expect, it } from 'vitest'
import { bodiesOf, nextTurn, numbers, openAudit } from '../../test/fixture/open-audit.ts'
import { memoryAuditLog } from '../memory/memory-audit-log.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import { nextAuditRecord } from './chain-record.ts'

describe('ChainWriter', () => {
  it.each([true, false])('goes on behind somebody else who writes to the same log, async: %s', async (isAsync) => {
    const { recorder, kept, log, errors } = openAudit({ isAsync })
    const { recorder: other } = openAudit({ log })
    await nextTurn()
    recorder.record(JSON.stringify({ n: 1 }))
    await nextTurn()
    await nextTurn()
    other.record(JSON.stringify({ n: 2 }))
    other.record(JSON.stringify({ n: 3 }))
    await other.close()
    recorder.record(JSON.stringify({ n: 4 }))
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 4))
    expect(errors).toEqual([])
  })

  it('does not write twice what a log has kept although it failed', async () => {
    const kept = memoryAuditLog()
    let failures = 2
    const log: AuditLog = {
      ...{ head: () => kept.head(), records: (range) => kept.records(range) },
      async append(record) {
        kept.append(record)
        failures -= 1
        if (failures >= 0) throw new Error('timeout')
      },
    }
    const { recorder, errors } = openAudit({ log })
    for (const body of numbers(1, 3)) recorder.record(JSON.stringify(body))
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 3))
    expect(errors).toEqual([])
  })

  it('keeps what a log took before it failed', async () => {
    const kept = memoryAuditLog()
    let room = 2
    const log: AuditLog = {
      ...{ head: () => kept.head(), records: (range) => kept.records(range) },
      append(record) {
        room -= 1
        if (room < 0) throw new Error('full')
        kept.append(record)
      },
    }
    const { recorder, errors, clock } = openAudit({ log })
    for (const body of numbers(1, 3)) recorder.record(JSON.stringify(body))
    await nextTurn()
    await nextTurn()
    expect(errors).toEqual([new Error('full')])
    expect(await bodiesOf(kept)).toEqual(numbers(1, 2))
    room = 9
    await clock.advance(250)
    expect(await bodiesOf(kept)).toEqual(numbers(1, 3))
  })

  it('does not go on where the log has lost what it had kept, or holds something else in its place', async () => {
    for (const left of [0, 1]) {
      let kept = memoryAuditLog()
      const log: AuditLog = {
        append: (record) => kept.append(record),
        head: () => kept.head(),
        records: (range) => kept.records(range),
      }
      const { recorder, errors } = openAudit({ log })
      for (const body of numbers(1, 2)) recorder.record(JSON.stringify(body))
      await nextTurn()
      kept = memoryAuditLog()
      for (const body of numbers(7, 6 + left * 4)) kept.append(nextAuditRecord(kept.head(), body))
      recorder.record(JSON.stringify({ n: 3 }))
      await nextTurn()
      await nextTurn()
      expect(recorder.blockedMs).toBeDefined()
      expect(String(errors[0])).toContain('The audit log has lost records: record 2 had been kept')
      expect(kept.size).toBe(left * 4)
    }
  })
})
