import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

const day = 86_400_000

describe('systemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells the time of the process', () => {
    vi.setSystemTime(5000)
    expect(systemClock.now()).toBe(5000)
    const before = systemClock.monotonic()
    vi.advanceTimersByTime(10)
    expect(systemClock.monotonic() - before).toBeCloseTo(10)
  })

  it('runs a timer once, when its time has passed', () => {
    const run = vi.fn()
    systemClock.setTimer(10, run)
    vi.advanceTimersByTime(9)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1000)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('never runs a timer synchronously', () => {
    const run = vi.fn()
    systemClock.setTimer(0, run)
    expect(run).not.toHaveBeenCalled()
    vi.runAllTimers()
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('does not run a timer of a fraction early', () => {
    const run = vi.fn()
    systemClock.setTimer(1.5, run)
    vi.advanceTimersByTime(1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('waits longer than setTimeout can', () => {
    const run = vi.fn()
    systemClock.setTimer(60 * day, run)
    vi.advanceTimersByTime(60 * day - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('cancels a timer in any part of a long wait, and after its end', () => {
    const run = vi.fn()
    const timer = systemClock.setTimer(60 * day, run)
    vi.advanceTimersByTime(40 * day)
    timer.cancel()
    timer.cancel()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(40 * day)
    expect(run).not.toHaveBeenCalled()
  })

  it('waits on after a timer that came up to a millisecond early', () => {
    const run = vi.fn()
    const start = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(start)
    systemClock.setTimer(10, run)
    clock.mockReturnValue(start + 9.5)
    vi.advanceTimersByTime(10)
    expect(run).not.toHaveBeenCalled()
    clock.mockReturnValue(start + 10.5)
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
    clock.mockRestore()
  })

  it('goes by the timers where they move and the clock does not, as with fakes of timers alone', () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(7)
    const run = vi.fn()
    systemClock.setTimer(10, run)
    vi.advanceTimersByTime(10)
    expect(run).toHaveBeenCalledTimes(1)
    clock.mockRestore()
  })

  it('lets the process end and takes that back, through all parts of a long wait', () => {
    vi.useRealTimers()
    const set = vi.spyOn(globalThis, 'setTimeout')
    const timer = systemClock.setTimer(60 * day, () => {})
    const handle = set.mock.results[0]?.value as NodeJS.Timeout
    expect(handle.hasRef()).toBe(true)
    timer.unref?.()
    expect(handle.hasRef()).toBe(false)
    timer.ref?.()
    expect(handle.hasRef()).toBe(true)
    timer.cancel()
    set.mockRestore()
  })
})
