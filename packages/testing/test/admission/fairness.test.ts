import { describe, expect, it } from 'vitest'
import { codeOf } from '../fixture/open-runtime.ts'
import { openQueue } from './queue.ts'

describe('admission: priority', () => {
  it('starts the highest first, and first come first served inside a priority', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    for (const [name, priority] of [
      ['first', 0],
      ['low', 0],
      ['high', 10],
      ['mid', 5],
      ['high 2', 10],
      ['lower', -3],
    ] as const)
      start(name, { priority })
    await clock.advance(100)
    expect(order).toEqual(['first', 'high', 'high 2', 'mid', 'low', 'lower'])
  })

  it("of a call overrides the policy's", async () => {
    const { clock, start, order } = openQueue({ max: 1 }, { priority: 5 })
    start('first')
    start('policy')
    start('call', { priority: 4 })
    start('higher', { priority: 6 })
    await clock.advance(100)
    expect(order).toEqual(['first', 'higher', 'policy', 'call'])
  })

  it('grows by one with each whole second that the oldest of its class has waited', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    start('first', { ms: 6_000 })
    start('old', { priority: 0 })
    await clock.advance(5_500)
    start('fresh 4', { priority: 4 })
    start('fresh 7', { priority: 7 })
    await clock.advance(600)
    expect(order).toEqual(['first', 'fresh 7', 'old', 'fresh 4'])
  })

  it('does not grow by parts of a second', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    start('first', { ms: 2_950 })
    start('old', { priority: 0 })
    await clock.advance(2_000)
    start('fresh', { priority: 3 })
    await clock.advance(1_000)
    expect(order.slice(0, 2)).toEqual(['first', 'fresh'])
  })

  it('starves nobody: a stream of urgent calls does not stop an old one', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    start('busy', { ms: 100 })
    const old = start('old', { priority: 0 })
    for (let n = 0; n < 200; n += 1) {
      start(`urgent ${n}`, { priority: 10, ms: 100 })
      await clock.advance(100)
      if (old.status === 'settled') break
    }
    expect([await codeOf(old), order.indexOf('old') <= 125]).toEqual(['ok', true])
  })
})

describe('admission: sessions', () => {
  it('take turns inside a priority: a crowd of one session does not stop another', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    start('first')
    for (const name of ['a1', 'a2', 'a3', 'a4']) start(name, { session: 'a' })
    for (const name of ['b1', 'b2']) start(name, { session: 'b' })
    start('c1', { session: 'c' })
    await clock.advance(200)
    expect(order).toEqual(['first', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
  })

  it('are first come first served inside', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    for (let n = 0; n < 20; n += 1) start(`${n}`, { session: 's' })
    await clock.advance(300)
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`))
  })

  it('come after priority: an urgent call of a crowded session is first', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    start('first')
    start('a1', { session: 'a' })
    start('b1', { session: 'b' })
    start('a2', { session: 'a', priority: 1 })
    await clock.advance(100)
    expect(order).toEqual(['first', 'a2', 'a1', 'b1'])
  })

  it('that had no call for a while have no credit, and a call without a session is one of them', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    start('first')
    for (const name of ['a1', 'a2', 'a3']) start(name, { session: 'a' })
    await clock.advance(10)
    start('none 1')
    start('none 2')
    await clock.advance(200)
    expect(order).toEqual([
      'first',
      'a1',
      expect.stringMatching(/a2|none 1/),
      expect.stringMatching(/a2|none 1/),
      expect.anything(),
      expect.anything(),
    ])
    expect(order.indexOf('none 2')).toBeGreaterThan(order.indexOf('a2'))
  })
})
