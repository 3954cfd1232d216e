import { describe, expect, it } from 'vitest'
import { resolveTimeout, type TimeoutPolicy } from './timeout-policy.ts'

const none = Number.POSITIVE_INFINITY

describe('resolveTimeout', () => {
  it('fills in the defaults', () => {
    expect(resolveTimeout({}, 'timeout')).toEqual({ attemptMs: 30_000, totalMs: 120_000, idleMs: none, graceMs: 5000 })
  })

  it('takes what is given, Infinity for none', () => {
    const rules = resolveTimeout({ attempt: 5, total: none, idle: 2, grace: 0 }, 'timeout')
    expect(rules).toEqual({ attemptMs: 5, totalMs: none, idleMs: 2, graceMs: 0 })
  })

  it('has no limit when it is switched off, but keeps the grace', () => {
    expect(resolveTimeout(false, 'timeout')).toEqual({ attemptMs: none, totalMs: none, idleMs: none, graceMs: 5000 })
  })

  it.each([
    [{ attempt: -1 }, 'timeout: attempt must be a number > 0 or Infinity, got -1'],
    [{ attempt: 0 }, 'timeout: attempt'],
    [{ total: Number.NaN }, 'timeout: total'],
    [{ idle: false }, 'timeout: idle'],
    [{ grace: -1 }, 'timeout: grace must be a number >= 0 or Infinity'],
    [{ after: 5 }, "timeout: unknown option 'after'"],
    [true, 'timeout must be an object, got true'],
    [null, 'timeout must be an object, got null'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveTimeout(policy as TimeoutPolicy, 'timeout')).toThrow(message)
  })
})
