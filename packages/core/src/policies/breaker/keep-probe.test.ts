import { describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../ports/clock.ts'
import { keepProbe } from './keep-probe.ts'

/** A clock whose one timer is run by hand. */
function openClock() {
  const timers: { ms: number; run: () => void; isCancelled: boolean; isUnref: boolean }[] = []
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    setTimer(ms, run) {
      const timer = { ms, run, isCancelled: false, isUnref: false }
      timers.push(timer)
      return {
        cancel() {
          timer.isCancelled = true
        },
        unref() {
          timer.isUnref = true
        },
      }
    },
  }
  const turn = async () => {
    timers.at(-1)?.run()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { clock, timers, turn }
}

describe('keeping a probe', () => {
  it('asks every three seconds, and keeps no process alive for it', async () => {
    const { clock, timers, turn } = openClock()
    const renew = vi.fn<() => boolean>(() => true)
    keepProbe(renew, clock)
    expect(renew).not.toHaveBeenCalled()
    await turn()
    await turn()
    expect(renew).toHaveBeenCalledTimes(2)
    expect(timers.map(({ ms, isUnref }) => [ms, isUnref])).toEqual(Array(3).fill([3_000, true]))
  })

  it('ends when the permit was given away', async () => {
    const { clock, timers, turn } = openClock()
    keepProbe(() => Promise.resolve(false), clock)
    await turn()
    expect(timers).toHaveLength(1)
  })

  it('asks again after a store that failed', async () => {
    const { clock, timers, turn } = openClock()
    const fail = () => {
      throw new Error('store away')
    }
    keepProbe(fail, clock)
    await turn()
    const ended = keepProbe(() => Promise.reject(new Error('store away')), clock)
    await turn()
    ended()
    expect(timers.map(({ isCancelled }) => isCancelled)).toEqual([false, false, false, true])
  })

  it('ends when told so, also while it asks', async () => {
    const { clock, timers } = openClock()
    const end = keepProbe(() => Promise.resolve(true), clock)
    timers[0]?.run()
    end()
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(timers).toHaveLength(1)
  })
})
