import { describe, expect, it } from 'vitest'
import { bodiesOf, nextTurn, numbers, openAudit } from '../../test/fixture/open-audit.ts'
import { nextAuditRecord } from './chain-record.ts'

describe.each([{ isAsync: false }, { isAsync: true }])('AuditRecorder on a log with %o', ({ isAsync }) => {
  it('writes in the next turn of the event loop, in order, as one chain', async () => {
    const { recorder, kept, appended } = openAudit({ isAsync })
    for (const body of numbers(1, 5)) recorder.record(JSON.stringify(body))
    expect(appended).toEqual([])
    await nextTurn()
    await nextTurn()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 5))
    recorder.record(JSON.stringify({ n: 6 }))
    await nextTurn()
    await nextTurn()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 6))
  })

  it('goes on with the chain that the log has', async () => {
    const { kept, log } = openAudit({ isAsync })
    kept.append(nextAuditRecord(undefined, { n: 1 }))
    const { recorder } = openAudit({ log })
    recorder.record(JSON.stringify({ n: 2 }))
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 2))
  })

  it('writes what waits when it is closed, and nothing afterwards', async () => {
    const { recorder, kept, clock, errors } = openAudit({ isAsync, batchMs: 1000 })
    for (const body of numbers(1, 3)) recorder.record(JSON.stringify(body))
    await recorder.close()
    recorder.record(JSON.stringify({ n: 4 }))
    await clock.advance(10_000)
    expect(await bodiesOf(kept)).toEqual(numbers(1, 3))
    expect(errors).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('is blocked while the log fails, tries again later and later, and then writes what has waited', async () => {
    const { recorder, kept, clock, errors, stage, appended } = openAudit({ isAsync })
    await nextTurn()
    expect(recorder.blockedMs).toBeUndefined()
    stage.failure = new Error('disk full')
    recorder.record(JSON.stringify({ n: 1 }))
    await nextTurn()
    await nextTurn()
    expect(recorder.blockedMs).toBe(250)
    recorder.record(JSON.stringify({ n: 2 }))
    const triesIn = async (ms: number): Promise<number> => {
      const before = errors.length
      await clock.advance(ms)
      return errors.length - before
    }
    expect([await triesIn(249), await triesIn(1), await triesIn(499), await triesIn(1)]).toEqual([0, 1, 0, 1])
    await clock.advance(40_000)
    expect(recorder.blockedMs).toBeGreaterThan(15_000)
    stage.failure = undefined
    await clock.advance(30_000)
    expect(recorder.blockedMs).toBeUndefined()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 2))
    expect(new Set(appended)).toEqual(new Set([1, 2]))
    expect(new Set(errors)).toEqual(new Set([new Error('disk full')]))
  })

  it('is blocked from the start where the end of the log cannot be read', async () => {
    const { stage, log } = openAudit({ isAsync })
    stage.failure = new Error('no access')
    const { recorder, clock, errors } = openAudit({ log, isAsync })
    await nextTurn()
    expect(recorder.blockedMs).toBe(250)
    expect(errors).toEqual([new Error('no access')])
    stage.failure = undefined
    await clock.advance(250)
    expect(recorder.blockedMs).toBeUndefined()
  })

  it('tells with one record how much was refused meanwhile', async () => {
    const { recorder, kept, clock, stage } = openAudit({ isAsync })
    await nextTurn()
    stage.failure = new Error('disk full')
    recorder.record(JSON.stringify({ n: 1 }))
    await nextTurn()
    await nextTurn()
    recorder.refuse()
    await clock.advance(100)
    recorder.refuse()
    stage.failure = undefined
    await clock.advance(150)
    recorder.record(JSON.stringify({ n: 2 }))
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual([
      { n: 1 },
      { type: 'calls-refused', count: 2, since: 1000, at: 1250 },
      { n: 2 },
    ])
  })

  it('that may lose records loses the newest, and tells how many where they are missing', async () => {
    const { recorder, kept, clock, stage } = openAudit({ isAsync, failsClosed: false, maxPending: 3 })
    await nextTurn()
    stage.failure = new Error('disk full')
    for (const body of numbers(1, 5)) recorder.record(JSON.stringify(body))
    await nextTurn()
    await nextTurn()
    expect(recorder.blockedMs).toBeUndefined()
    stage.failure = undefined
    await clock.advance(250)
    recorder.record(JSON.stringify({ n: 6 }))
    await recorder.close()
    const missing = { type: 'records-missing', count: 2, since: 1000, at: 1250 }
    expect(await bodiesOf(kept)).toEqual([...numbers(1, 3), missing, { n: 6 }])
  })

  it('tries once more when it is closed while the log fails, and tells what is lost then', async () => {
    const { recorder, errors, stage, clock, kept } = openAudit({ isAsync })
    await nextTurn()
    stage.failure = new Error('disk full')
    recorder.record(JSON.stringify({ n: 1 }))
    recorder.record(JSON.stringify({ n: 2 }))
    await nextTurn()
    await nextTurn()
    recorder.refuse()
    await recorder.close()
    await recorder.close()
    expect(errors.slice(0, 2)).toEqual([new Error('disk full'), new Error('disk full')])
    expect(String(errors[2])).toContain('3 records are lost')
    expect(errors[2]).toHaveProperty('cause', new Error('disk full'))
    expect([errors.length, clock.pending, await bodiesOf(kept)]).toEqual([3, 0, []])
  })

  it('writes at its close what it could not write before', async () => {
    const { recorder, stage, kept } = openAudit({ isAsync })
    await nextTurn()
    stage.failure = new Error('disk full')
    recorder.record(JSON.stringify({ n: 1 }))
    await nextTurn()
    await nextTurn()
    stage.failure = undefined
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual([{ n: 1 }])
  })
})

describe('AuditRecorder', () => {
  it('writes at once what a loop makes that never lets the event loop turn', async () => {
    const { recorder, kept } = openAudit()
    for (const body of numbers(1, 300)) recorder.record(JSON.stringify(body))
    expect(kept.size).toBe(256)
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 300))
  })

  it('gives the log one batch at a time', async () => {
    const { recorder, stage, appended } = openAudit({ isAsync: true })
    await nextTurn()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.hold = promise
    recorder.record(JSON.stringify({ n: 1 }))
    await nextTurn()
    recorder.record(JSON.stringify({ n: 2 }))
    recorder.record(JSON.stringify({ n: 3 }))
    await nextTurn()
    expect(appended).toEqual([1])
    resolve()
    await nextTurn()
    expect(appended).toEqual([1, 2, 3])
  })

  it('gathers for batchMs milliseconds', async () => {
    const { recorder, clock, appended } = openAudit({ batchMs: 20 })
    recorder.record(JSON.stringify({ n: 1 }))
    await clock.advance(19)
    expect(appended).toEqual([])
    recorder.record(JSON.stringify({ n: 2 }))
    await clock.advance(1)
    expect(appended).toEqual([1, 2])
  })

  it('is blocked while more waits than may, also where the log has not failed', async () => {
    const { recorder, stage, kept } = openAudit({ isAsync: true, maxPending: 2 })
    await nextTurn()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.hold = promise
    recorder.record(JSON.stringify({ n: 1 }))
    expect(recorder.blockedMs).toBeUndefined()
    recorder.record(JSON.stringify({ n: 2 }))
    expect(recorder.blockedMs).toBe(1)
    recorder.record(JSON.stringify({ n: 3 }))
    await nextTurn()
    resolve()
    await nextTurn()
    expect(recorder.blockedMs).toBeUndefined()
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual(numbers(1, 3))
  })

  it('is blocked when the log does not answer, until it does', async () => {
    const { recorder, stage, clock, errors } = openAudit({ isAsync: true })
    await nextTurn()
    const { promise, resolve } = Promise.withResolvers<void>()
    stage.hold = promise
    recorder.record(JSON.stringify({ n: 1 }))
    await nextTurn()
    await clock.advance(4999)
    expect(recorder.blockedMs).toBeUndefined()
    await clock.advance(1)
    expect(recorder.blockedMs).toBe(5000)
    expect(errors).toEqual([new Error('The audit log gave no answer within 5000 ms.')])
    resolve()
    await nextTurn()
    expect(recorder.blockedMs).toBeUndefined()
  })

  it('closes without a log that never answers, and tells what is lost', async () => {
    const { recorder, stage, clock, errors } = openAudit({ isAsync: true })
    await nextTurn()
    stage.hold = new Promise(() => {})
    recorder.record(JSON.stringify({ n: 1 }))
    const closed = recorder.close()
    await clock.advance(5000)
    await closed
    expect(String(errors.at(-1))).toContain('1 records are lost')
    expect(clock.pending).toBe(0)
  })

  it('leaves out a draft that was taken back, and not one that is on its way', async () => {
    const { recorder, kept } = openAudit()
    const [first, second, third] = [{}, {}, {}]
    const draft = (owner: object, n: number): void => {
      recorder.draft({ owner, given: `given ${n}`, write: () => JSON.stringify({ n }) })
    }
    draft(first, 1)
    await nextTurn()
    draft(second, 2)
    draft(third, 3)
    expect(recorder.withdraw(first)).toBeUndefined()
    expect(recorder.withdraw(second)?.given).toBe('given 2')
    expect(recorder.withdraw(second)).toBeUndefined()
    await recorder.close()
    expect(await bodiesOf(kept)).toEqual([{ n: 1 }, { n: 3 }])
  })
})
