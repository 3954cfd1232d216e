import { AsyncLocalStorage } from 'node:async_hooks'
import nodeTimers, { setTimeout as importedSetTimeout } from 'node:timers'
import { setImmediate as immediately, scheduler, setTimeout as sleep, setInterval as ticks } from 'node:timers/promises'
import { promisify } from 'node:util'
import { concatMap, delay, interval, of, take, timeout, timer, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../test-clock.ts'

const start = Date.parse('2026-01-01T00:00:00Z')

describe('installed clock: time', () => {
  it('shows its time in Date, performance, hrtime and Intl, and moves them', async () => {
    using clock = createTestClock({ install: true })
    await clock.advance(1_500)
    expect([Date.now(), new Date().toISOString()]).toEqual([start + 1_500, '2026-01-01T00:00:01.500Z'])
    expect([performance.now(), process.hrtime(), process.hrtime.bigint()]).toEqual([1_500, [1, 5e8], 1_500_000_000n])
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'medium' }).format()).toBe('00:00:01')
  })

  it('continues where the clock stands', async () => {
    const clock = createTestClock({ now: 1_000 })
    await clock.advance(500)
    using _ = clock.install()
    expect([Date.now(), performance.now(), clock.monotonic()]).toEqual([1_500, 500, 500])
  })

  it('gives whole milliseconds, also between two', async () => {
    using clock = createTestClock({ now: 1_000, install: true })
    await clock.advance(0.75)
    expect([clock.now(), Date.now(), performance.now()]).toEqual([1_000.75, 1_000, 0])
  })
})

describe('installed clock: timers', () => {
  it('runs timers of every kind and those of the clock in one order: by time, then by setting', async () => {
    using clock = createTestClock({ install: true })
    const seen: string[] = []
    const note = (name: string) => () => void seen.push(`${name} ${clock.monotonic()}`)
    setTimeout(note('timeout'), 20)
    clock.setTimer(20, note('clock'))
    timer(20).subscribe(note('rxjs'))
    void sleep(20).then(note('promise'))
    clock.setTimer(20, note('clock again'))
    setTimeout(note('first'), 10)
    setImmediate(note('immediate'))
    await clock.advance(20)
    expect(seen).toEqual([
      'immediate 0',
      'first 10',
      'timeout 20',
      'clock 20',
      'rxjs 20',
      'promise 20',
      'clock again 20',
    ])
    expect(clock.pending).toBe(0)
  })

  it('lets promises and microtasks settle between two timers of one moment', async () => {
    using clock = createTestClock({ install: true })
    const seen: string[] = []
    for (const name of ['a', 'b']) {
      setTimeout(() => {
        seen.push(name)
        queueMicrotask(() => seen.push(`${name} microtask`))
        process.nextTick(() => seen.push(`${name} tick`))
        void (async () => {
          for (let hop = 0; hop < 1_000; hop += 1) await undefined
          seen.push(`${name} promise`)
        })()
      }, 5)
    }
    await clock.advance(5)
    expect(seen).toEqual(['a', 'a microtask', 'a promise', 'a tick', 'b', 'b microtask', 'b promise', 'b tick'])
  })

  it('reads waits as Node does: whole milliseconds, at least one, and one for a wait that is too long', async () => {
    using clock = createTestClock({ install: true })
    const seen: [unknown, number][] = []
    for (const ms of [0, -5, Number.NaN, undefined, 2.9, 2 ** 31]) {
      setTimeout(() => seen.push([ms, clock.monotonic()]), ms)
    }
    await clock.advance(3)
    expect(seen).toEqual([
      [0, 1],
      [-5, 1],
      [Number.NaN, 1],
      [undefined, 1],
      [2 ** 31, 1],
      [2.9, 2],
    ])
  })

  it('hands on arguments and the timer as this', async () => {
    using clock = createTestClock({ install: true })
    const seen: unknown[] = []
    const handle = setTimeout(
      function (this: unknown, ...args: unknown[]) {
        seen.push(this, ...args)
      },
      1,
      'a',
      2,
    )
    await clock.advance(1)
    expect(seen).toEqual([handle, 'a', 2])
  })

  it('clears by handle, by number, by dispose and from inside the callback', async () => {
    using clock = createTestClock({ install: true })
    let ran = 0
    const count = (): void => {
      ran += 1
    }
    clearTimeout(setTimeout(count, 1))
    clearTimeout(Number(setTimeout(count, 1)))
    clearTimeout(`${Number(setTimeout(count, 1))}`)
    clearImmediate(setImmediate(count))
    setTimeout(count, 1)[Symbol.dispose]()
    const repeated = setInterval(() => {
      count()
      clearInterval(repeated)
    }, 1)
    clearTimeout(undefined)
    expect(clock.pending).toBe(1)
    await clock.advance(10)
    expect([ran, clock.pending]).toEqual([1, 0])
  })

  it('starts a wait again with refresh, also after the run, but not after a clear', async () => {
    using clock = createTestClock({ install: true })
    const seen: number[] = []
    const handle = setTimeout(() => seen.push(clock.monotonic()), 10)
    await clock.advance(6)
    handle.refresh()
    await clock.advance(10)
    handle.refresh()
    await clock.advance(10)
    expect([seen, handle.unref().hasRef(), handle.ref().hasRef()]).toEqual([[16, 26], false, true])
    clearTimeout(handle)
    handle.refresh()
    expect(clock.pending).toBe(0)
  })

  it('runs an interval on after an error of its callback', async () => {
    using clock = createTestClock({ install: true })
    let ran = 0
    setInterval(() => {
      ran += 1
      if (ran === 1) throw new Error('first run')
    }, 10)
    await expect(clock.advance(10)).rejects.toThrow('first run')
    await clock.advance(20)
    expect(ran).toBe(3)
  })

  it('keeps the async context in which a timer was set', async () => {
    using clock = createTestClock({ install: true })
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    storage.run('mine', () => setTimeout(() => seen.push(storage.getStore()), 1))
    await storage.run('another', () => clock.advance(1))
    expect(seen).toEqual(['mine'])
  })

  it('refuses a callback that is none', () => {
    using _ = createTestClock({ install: true })
    const code: unknown = 'code'
    expect(() => setTimeout(code as () => void, 1)).toThrow('setTimeout: the callback must be a function, got string')
  })

  it('clears a real timer that was set before', async () => {
    let ran = 0
    const real = setImmediate(() => {
      ran += 1
    })
    {
      using _ = createTestClock({ install: true })
      clearImmediate(real)
    }
    await new Promise((resolve) => void setImmediate(resolve))
    expect(ran).toBe(0)
  })
})

describe('installed clock: what is built on timers', () => {
  it('moves operators of RxJS', async () => {
    using clock = createTestClock({ install: true })
    const seen: unknown[] = []
    interval(100)
      .pipe(
        take(3),
        concatMap((value) => of(value).pipe(delay(10))),
        toArray(),
      )
      .subscribe((values) => seen.push([clock.monotonic(), values]))
    timer(60_000)
      .pipe(timeout(30_000))
      .subscribe({ error: (error: Error) => seen.push([clock.monotonic(), error.name]) })
    await clock.advance(60_000)
    expect(seen).toEqual([
      [310, [0, 1, 2]],
      [30_000, 'TimeoutError'],
    ])
    expect(clock.pending).toBe(0)
  })

  it('moves node:timers and node:timers/promises, also as they were imported before', async () => {
    using clock = createTestClock({ install: true })
    const seen: unknown[] = []
    const note = (name: string) => (): void => void seen.push(`${name} ${clock.monotonic()}`)
    importedSetTimeout(note('imported'), 10)
    nodeTimers.setTimeout(note('node:timers'), 20)
    void promisify(setTimeout)(30).then(note('promisify'))
    void sleep(40, 'value').then((value) => seen.push(value))
    void scheduler.wait(50).then(note('scheduler.wait'))
    void immediately().then(note('setImmediate'))
    void scheduler.yield().then(note('scheduler.yield'))
    void (async () => {
      for await (const _ of ticks(25)) {
        note('tick')()
        if (clock.monotonic() === 50) break
      }
    })()
    await clock.advance(100)
    expect(seen).toEqual([
      'setImmediate 0',
      'scheduler.yield 0',
      'imported 10',
      'node:timers 20',
      'tick 25',
      'promisify 30',
      'value',
      'scheduler.wait 50',
      'tick 50',
    ])
    expect(clock.pending).toBe(0)
  })

  it('ends a wait of node:timers/promises with its signal', async () => {
    using clock = createTestClock({ install: true })
    const controller = new AbortController()
    const waiting = sleep(1_000, undefined, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(clock.pending).toBe(0)
  })

  it('moves AbortSignal.timeout, also inside AbortSignal.any', async () => {
    using clock = createTestClock({ install: true })
    const signal = AbortSignal.timeout(100)
    const any = AbortSignal.any([signal, new AbortController().signal])
    await clock.advance(99)
    expect([signal.aborted, any.aborted]).toEqual([false, false])
    await clock.advance(1)
    expect([any.aborted, (signal.reason as DOMException).name]).toEqual([true, 'TimeoutError'])
    expect(() => AbortSignal.timeout(-1)).toThrow(RangeError)
  })
})
