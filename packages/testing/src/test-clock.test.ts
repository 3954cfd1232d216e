import { describe, expect, it } from 'vitest'
import { createTestClock } from './test-clock.ts'

const hops = async (count: number): Promise<void> => {
  for (let hop = 0; hop < count; hop += 1) await undefined
}

describe('test clock: time', () => {
  it('stands still until it is moved', async () => {
    const clock = createTestClock({ now: 1_000 })
    await new Promise((resolve) => setImmediate(resolve))
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0])
  })

  it('moves wall and monotonic time together', async () => {
    const clock = createTestClock({ now: 1_000 })
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250])
    await clock.advanceTo(2_000)
    expect([clock.now(), clock.monotonic()]).toEqual([2_000, 1_000])
  })

  it('starts at a fixed moment, so that runs are alike', () => {
    expect(createTestClock().now()).toBe(Date.parse('2026-01-01T00:00:00Z'))
  })

  it('refuses to go back and to move by no number', async () => {
    const clock = createTestClock({ now: 1_000 })
    await expect(clock.advance(-1)).rejects.toThrow(RangeError)
    await expect(clock.advance(Number.NaN)).rejects.toThrow(RangeError)
    await expect(clock.advance(Infinity)).rejects.toThrow(RangeError)
    await expect(clock.advanceTo(999)).rejects.toThrow(RangeError)
    expect(() => clock.setTimer(Number.NaN, () => {})).toThrow(RangeError)
    expect(() => createTestClock({ now: -1 })).toThrow(/now must be/)
    expect(() => createTestClock({ maxTimers: 0 })).toThrow(/maxTimers must be/)
  })

  it('shows a timer its own due time, also on the way of a long advance', async () => {
    const clock = createTestClock({ now: 0 })
    const seen: number[] = []
    for (const ms of [30, 10, 20]) clock.setTimer(ms, () => seen.push(clock.now()))
    await clock.advance(100)
    expect([seen, clock.now()]).toEqual([[10, 20, 30], 100])
  })

  it('runs advances that overlap one after the other', async () => {
    const clock = createTestClock({ now: 0 })
    const seen: number[] = []
    clock.setTimer(15, () => seen.push(clock.now()))
    await Promise.all([clock.advance(10), clock.advance(10)])
    expect([seen, clock.now()]).toEqual([[15], 20])
  })
})

describe('test clock: timers', () => {
  it('runs timers by due time, then by creation', async () => {
    const clock = createTestClock()
    const seen: string[] = []
    for (const [name, ms] of [
      ['c', 2],
      ['a', 1],
      ['d', 2],
      ['b', 1],
      ['e', 2],
    ] as const) {
      clock.setTimer(ms, () => seen.push(name))
    }
    await clock.advance(2)
    expect(seen.join('')).toBe('abcde')
  })

  it('runs a timer that a timer sets on the way of the same advance', async () => {
    const clock = createTestClock({ now: 0 })
    const seen: number[] = []
    clock.setTimer(10, () => clock.setTimer(5, () => seen.push(clock.now())))
    await clock.advance(20)
    expect(seen).toEqual([15])
  })

  it('never runs a timer synchronously, and runs one without delay in the next advance', async () => {
    const clock = createTestClock()
    let ran = 0
    clock.setTimer(0, () => (ran += 1))
    clock.setTimer(-5, () => (ran += 1))
    expect(ran).toBe(0)
    await clock.advance(0)
    expect(ran).toBe(2)
  })

  it('leaves a timer that is not due', async () => {
    const clock = createTestClock()
    let ran = 0
    clock.setTimer(10, () => (ran += 1))
    await clock.advance(9.5)
    expect([ran, clock.pending]).toEqual([0, 1])
    await clock.advance(0.5)
    expect([ran, clock.pending]).toEqual([1, 0])
  })

  it('never runs a cancelled timer, and takes a second cancel', async () => {
    const clock = createTestClock()
    let ran = 0
    const timer = clock.setTimer(1, () => (ran += 1))
    timer.cancel()
    timer.cancel()
    expect(clock.pending).toBe(0)
    await clock.advance(5)
    timer.cancel()
    expect([ran, clock.pending]).toEqual([0, 0])
  })

  it('lets a timer cancel another of the same moment', async () => {
    const clock = createTestClock()
    let ran = 0
    clock.setTimer(1, () => second.cancel())
    const second = clock.setTimer(1, () => (ran += 1))
    await clock.advance(1)
    expect(ran).toBe(0)
  })

  it('keeps the order when most timers were cancelled', async () => {
    const clock = createTestClock()
    const seen: number[] = []
    const timers = Array.from({ length: 1_000 }, (_, index) => {
      const due = (index * 7_919) % 1_000
      return { due, timer: clock.setTimer(due, () => seen.push(due)) }
    })
    for (const { due, timer } of timers) if (due % 10 !== 0) timer.cancel()
    expect(clock.pending).toBe(100)
    await clock.runAll()
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index * 10))
  })
})

describe('test clock: promises', () => {
  it('settles chains of many hops before the first timer, between two and after the last', async () => {
    const clock = createTestClock()
    const seen: string[] = []
    const chain = (name: string): void => void hops(5_000).then(() => seen.push(name))
    chain('before')
    const timer = (name: string, next: string): void => {
      clock.setTimer(1, () => {
        seen.push(name)
        chain(next)
      })
    }
    timer('first timer', 'between')
    timer('second timer', 'after')
    await clock.advance(1)
    expect(seen).toEqual(['before', 'first timer', 'between', 'second timer', 'after'])
  })

  it('sets timers from the moment at which the promise before them settles', async () => {
    const clock = createTestClock({ now: 0 })
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(ms, resolve))
    const seen: number[] = []
    void (async () => {
      for (let step = 0; step < 3; step += 1) {
        await sleep(10)
        await hops(50)
        seen.push(clock.now())
      }
    })()
    await clock.advance(100)
    expect(seen).toEqual([10, 20, 30])
  })
})

describe('test clock: run all and runaways', () => {
  it('runs until no timer waits, and stands at the last one', async () => {
    const clock = createTestClock({ now: 0 })
    clock.setTimer(10, () => clock.setTimer(90, () => {}))
    await clock.runAll()
    expect([clock.now(), clock.pending]).toEqual([100, 0])
  })

  it('gives up on timers without an end', async () => {
    const clock = createTestClock({ maxTimers: 50 })
    const again = (): void => void clock.setTimer(1, again)
    again()
    await expect(clock.runAll()).rejects.toThrow(/50 timers/)
    await expect(clock.advance(1_000)).rejects.toThrow(/50 timers/)
  })

  it('gives up on a timer without delay that sets itself again', async () => {
    const clock = createTestClock({ maxTimers: 50 })
    const again = (): void => void clock.setTimer(0, again)
    again()
    await expect(clock.advance(0)).rejects.toThrow(/50 timers/)
  })

  it('rejects with what a timer threw, keeps the rest, and can go on', async () => {
    const clock = createTestClock({ now: 0 })
    let ran = 0
    clock.setTimer(1, () => {
      throw new Error('bad timer')
    })
    clock.setTimer(2, () => (ran += 1))
    await expect(clock.advance(5)).rejects.toThrow('bad timer')
    expect([clock.now(), ran, clock.pending]).toEqual([1, 0, 1])
    await clock.advance(5)
    expect([clock.now(), ran]).toEqual([6, 1])
  })
})
