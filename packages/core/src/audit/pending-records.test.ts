import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PendingRecords } from './pending-records.ts'

describe('PendingRecords', () => {
  it('sends in order, at most so many, and keeps what was sent until it is dropped', () => {
    const pending = new PendingRecords()
    for (const body of ['a', 'b', 'c']) pending.push(body)
    expect(pending.send(2)).toEqual(['a', 'b'])
    expect(pending.send(2)).toEqual(['a', 'b'])
    pending.drop(1)
    expect([pending.size, pending.send(9)]).toEqual([2, ['b', 'c']])
  })

  it('writes the body of a draft once, when it is sent', () => {
    const pending = new PendingRecords()
    const written: string[] = []
    const write = (): string => `${written.push('written')}`
    pending.draft({ owner: pending, given: '', write })
    expect(written).toEqual([])
    expect([pending.send(1), pending.send(1)]).toEqual([['1'], ['1']])
  })

  it('holds what a plain list holds, whatever is added, taken back, sent and dropped', () => {
    const step = fc.oneof(
      fc.constant('push' as const),
      fc.nat(4).map((owner) => ({ draft: owner })),
      fc.nat(4).map((owner) => ({ withdraw: owner })),
      fc.record({ send: fc.integer({ min: 1, max: 4 }), keep: fc.boolean() }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pending = new PendingRecords()
        let list: { body: string; owner?: object }[] = []
        const seen: unknown[] = []
        const expected: unknown[] = []
        let owners = Array.from({ length: 5 }, () => ({}))
        for (const [index, what] of steps.entries()) {
          const body = `${index}`
          if (what === 'push') {
            pending.push(body)
            list.push({ body })
          } else if ('draft' in what) {
            owners = owners.with(what.draft, {})
            const owner = owners[what.draft] ?? {}
            pending.draft({ owner, given: body, write: () => body })
            list.push({ body, owner })
          } else if ('withdraw' in what) {
            const owner = owners[what.withdraw] ?? {}
            const found = list.find((entry) => entry.owner === owner)
            seen.push(pending.withdraw(owner)?.given)
            expected.push(found?.body)
            list = list.filter((entry) => entry !== found)
          } else {
            const sent = list.slice(0, what.send)
            seen.push(pending.send(what.send))
            expected.push(sent.map((entry) => entry.body))
            for (const entry of sent) delete entry.owner
            if (!what.keep) pending.drop(sent.length)
            if (!what.keep) list = list.slice(sent.length)
          }
          seen.push(pending.size)
          expected.push(list.length)
        }
        expect(seen).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})
