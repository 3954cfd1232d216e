import nodeTimers, { setTimeout as importedSetTimeout } from 'node:timers'
import { setImmediate as immediately, scheduler, setTimeout as sleep, setInterval as ticks } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { createTestClock } from '../test-clock.ts'

describe('installed clock: coming and going', () => {
  it('restores every global as it was, and the clock goes on', async () => {
    const before = globals()
    const clock = createTestClock({ now: 0 })
    const seen: number[] = []
    {
      using _ = clock.install()
      expect(Object.entries(globals()).filter(([name, value]) => before[name] === value)).toEqual([])
      setTimeout(() => seen.push(clock.now()), 10)
    }
    expect(globals()).toEqual(before)
    await clock.advance(10)
    expect(seen).toEqual([10])
  })

  it('restores the globals after an error, and can be installed again', () => {
    const { setTimeout: real } = globalThis
    const failing = (): void => {
      using _ = createTestClock({ install: true })
      throw new Error('test failed')
    }
    expect(failing).toThrow('test failed')
    expect(failing).toThrow('test failed')
    expect(globalThis.setTimeout).toBe(real)
  })

  it('takes a second dispose, by the clock or by what install gave', () => {
    const { setTimeout: real } = globalThis
    const clock = createTestClock()
    clock[Symbol.dispose]()
    const installed = clock.install()
    clock[Symbol.dispose]()
    const other = createTestClock({ install: true })
    installed[Symbol.dispose]()
    clock[Symbol.dispose]()
    expect(globalThis.setTimeout).not.toBe(real)
    other[Symbol.dispose]()
    expect(globalThis.setTimeout).toBe(real)
  })

  it('refuses to be installed where timers are faked already', () => {
    {
      using clock = createTestClock({ install: true })
      expect(() => clock.install()).toThrow('timers are faked already')
      expect(() => createTestClock({ install: true })).toThrow('timers are faked already')
    }
    vi.useFakeTimers()
    try {
      expect(() => createTestClock({ install: true })).toThrow('timers are faked already')
    } finally {
      vi.useRealTimers()
    }
  })

  it('leaves no half of itself behind when a global cannot be replaced', () => {
    const before = globals()
    const own = Object.getOwnPropertyDescriptor(AbortSignal, 'timeout') ?? {}
    const define = Object.defineProperty
    const frozen = vi.spyOn(Object, 'defineProperty').mockImplementation((target, key, descriptor) => {
      if (target === AbortSignal) throw new TypeError('frozen')
      return define(target as object, key, descriptor)
    })
    try {
      expect(() => createTestClock({ install: true })).toThrow('frozen')
    } finally {
      frozen.mockRestore()
    }
    expect([globals(), Object.getOwnPropertyDescriptor(AbortSignal, 'timeout')]).toEqual([before, own])
  })
})

/** What is where timers are found. */
function globals(): Record<string, unknown> {
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis
  return {
    ...{ setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate },
    Date: globalThis.Date,
    'Intl.DateTimeFormat': Intl.DateTimeFormat,
    importedSetTimeout,
    'timers.setInterval': nodeTimers.setInterval,
    sleep,
    ticks,
    immediately,
    'scheduler.wait': scheduler.wait,
    'scheduler.yield': scheduler.yield,
    'performance.now': performance.now,
    'process.hrtime': process.hrtime,
    'AbortSignal.timeout': AbortSignal.timeout,
  }
}
