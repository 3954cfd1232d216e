import { describe, expect, it } from 'vitest'
import { type BreakerPolicy, resolveBreaker } from './breaker-policy.ts'

const wrong = (policy: object) => () => resolveBreaker(policy, "tool 'x': breaker")

describe('a breaker policy', () => {
  it('has the defaults that the semantics name', () => {
    expect(resolveBreaker({}, 'breaker')).toEqual({
      rules: {
        consecutiveFailures: 5,
        failureRate: 0.5,
        minimumCalls: 10,
        windowCalls: 20,
        windowMaxAgeMs: 60_000,
        slowCallMs: undefined,
        slowCallRate: 0.8,
        minReporters: 1,
        openForMs: 5_000,
        maxOpenForMs: 60_000,
        permits: 1,
        successes: 1,
        probeTimeoutMs: 30_000,
        maxHalfOpenMs: 60_000,
        observe: false,
      },
    })
  })

  it('takes every option over', () => {
    const key = () => 'host'
    const classify = () => 'success' as const
    const window = { calls: 8, maxAge: 9 }
    const halfOpen = { permits: 10, successes: 11, probeTimeout: 12, maxDuration: 13 }
    const rates = { consecutiveFailures: 1, failureRate: 0.2, minimumCalls: 3, slowCallMs: 4, slowCallRate: 0.5 }
    const rest = { minReporters: 2, openFor: 6, maxOpenFor: 7, observe: true }
    const resolved = resolveBreaker({ key, classify, window, halfOpen, ...rates, ...rest }, 'breaker')
    expect([resolved.key, resolved.classify]).toEqual([key, classify])
    expect(resolved.rules).toEqual({
      ...rates,
      ...{ windowCalls: 8, windowMaxAgeMs: 9, minReporters: 2, openForMs: 6, maxOpenForMs: 7, observe: true },
      ...{ permits: 10, successes: 11, probeTimeoutMs: 12, maxHalfOpenMs: 13 },
    })
  })

  it('gives frozen rules', () => {
    expect(Object.isFrozen(resolveBreaker({}, 'breaker').rules)).toBe(true)
  })

  it('fits its defaults to the options that bound them', () => {
    const rulesOf = (policy: BreakerPolicy) => resolveBreaker(policy, 'breaker').rules
    expect(rulesOf({ window: { calls: 4 } }).minimumCalls).toBe(4)
    expect(rulesOf({ openFor: 90_000 }).maxOpenForMs).toBe(90_000)
    expect(rulesOf({ maxOpenFor: 1_000 }).openForMs).toBe(1_000)
  })

  it('takes Infinity where a limit can be left out', () => {
    const { rules } = resolveBreaker(
      { consecutiveFailures: Number.POSITIVE_INFINITY, window: { maxAge: Number.POSITIVE_INFINITY } },
      'breaker',
    )
    expect([rules.consecutiveFailures, rules.windowMaxAgeMs]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
  })

  it.each([
    [{ consecutiveFailures: 0 }, 'consecutiveFailures must be an integer >= 1'],
    [{ consecutiveFailures: 1.5 }, 'consecutiveFailures must be an integer >= 1'],
    [{ failureRate: 0 }, 'failureRate must be a number > 0 and <= 1'],
    [{ failureRate: 1.5 }, 'failureRate must be a number > 0 and <= 1'],
    [{ failureRate: '0.5' }, "failureRate must be a number > 0 and <= 1, got '0.5'"],
    [{ minimumCalls: 0 }, 'minimumCalls must be an integer >= 1 and <= 20'],
    [{ minimumCalls: 21 }, 'minimumCalls must be an integer >= 1 and <= 20'],
    [{ minimumCalls: 5, window: { calls: 4 } }, 'minimumCalls must be an integer >= 1 and <= 4'],
    [{ window: { calls: 0 } }, 'window.calls must be an integer >= 1 and <= 100000'],
    [{ window: { calls: 1e9 } }, 'window.calls must be an integer >= 1 and <= 100000'],
    [{ window: { maxAge: Number.NaN } }, 'window.maxAge must be a number >= 1'],
    [{ slowCallMs: 0 }, 'slowCallMs must be a number > 0'],
    [{ slowCallRate: 2 }, 'slowCallRate must be a number > 0 and <= 1'],
    [{ minReporters: 0 }, 'minReporters must be an integer >= 1'],
    [{ openFor: 0 }, 'openFor must be a number >= 1'],
    [{ openFor: Number.POSITIVE_INFINITY }, 'openFor must be a number >= 1'],
    [{ openFor: 10, maxOpenFor: 9 }, 'maxOpenFor must be a number >= 10'],
    [{ halfOpen: { permits: 0 } }, 'halfOpen.permits must be an integer >= 1'],
    [{ halfOpen: { successes: 0 } }, 'halfOpen.successes must be an integer >= 1'],
    [{ halfOpen: { probeTimeout: 0 } }, 'halfOpen.probeTimeout must be a number >= 1'],
    [{ halfOpen: { maxDuration: -1 } }, 'halfOpen.maxDuration must be a number >= 1'],
  ])('refuses %j with the name and the range', (policy, message) => {
    expect(wrong(policy)).toThrow(RangeError)
    expect(wrong(policy)).toThrow(`tool 'x': breaker: ${message}`)
  })

  it.each([
    [{ treshold: 3 }, "unknown option 'treshold'"],
    [{ window: { size: 3 } }, "breaker.window: unknown option 'size'"],
    [{ halfOpen: { permit: 3 } }, "breaker.halfOpen: unknown option 'permit'"],
    [{ window: 20 }, 'window must be an object'],
    [{ halfOpen: null }, 'halfOpen must be an object'],
    [{ key: 'host' }, 'key must be a function'],
    [{ classify: true }, 'classify must be a function'],
    [{ observe: 'yes' }, 'observe must be true or false'],
  ])('refuses %j', (policy, message) => {
    expect(wrong(policy)).toThrow(TypeError)
    expect(wrong(policy)).toThrow(message)
  })
})
