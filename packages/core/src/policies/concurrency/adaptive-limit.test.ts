import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ToolError, type ToolErrorCode } from '../../errors/tool-error.ts'
import { AdaptiveLimit, isOverload, resolveAdaptive } from './adaptive-limit.ts'

function openTrial(rules = { min: 1, start: 10, max: 100 }) {
  const limit = new AdaptiveLimit(rules)
  const sample = (outcome: 'ok' | 'overload', count = 1, running = limit.limit): number => {
    for (let n = 0; n < count; n += 1) limit.sample(outcome, running)
    return limit.limit
  }
  return { limit, sample }
}

/** A backend that takes `capacity` calls at once and refuses the rest; all that the limit allows run, round by round. */
function share(limit: AdaptiveLimit, capacity: number, rounds: number): { overloaded: number; limits: number[] } {
  let calls = 0
  let overloads = 0
  const limits: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const running = limit.limit
    for (let n = 0; n < running; n += 1) limit.sample(n < capacity ? 'ok' : 'overload', running)
    calls += running
    overloads += Math.max(0, running - capacity)
    limits.push(limit.limit)
  }
  return { overloaded: overloads / calls, limits }
}

describe('AdaptiveLimit', () => {
  it('grows by one with each call that goes well, until the first overload', () => {
    const { sample } = openTrial()
    expect([sample('ok'), sample('ok', 5)]).toEqual([11, 16])
  })

  it('grows by one for as many calls as the limit is, once there was an overload', () => {
    const { sample } = openTrial()
    expect([sample('overload'), sample('ok', 8), sample('ok'), sample('ok', 9), sample('ok')]).toEqual([
      9, 9, 10, 10, 11,
    ])
  })

  it('grows only while at least half of it is in use', () => {
    const { sample } = openTrial({ min: 1, start: 9, max: 100 })
    expect([sample('ok', 20, 4), sample('ok', 1, 5), sample('ok', 1, 5)]).toEqual([9, 10, 11])
  })

  it('loses a tenth with each overload, in whole numbers and at least one', () => {
    const { sample } = openTrial({ min: 1, start: 30, max: 100 })
    expect([sample('overload'), sample('overload'), sample('overload')]).toEqual([27, 24, 21])
    const small = openTrial({ min: 1, start: 3, max: 100 })
    expect([small.sample('overload'), small.sample('overload'), small.sample('overload')]).toEqual([2, 1, 1])
  })

  it('forgets with an overload what it had counted towards growing', () => {
    const { sample } = openTrial()
    sample('overload')
    sample('ok', 8)
    expect([sample('overload'), sample('ok', 7), sample('ok')]).toEqual([8, 8, 9])
  })

  it('is a whole number between its bounds, whatever happens', () => {
    const samples = fc.array(fc.tuple(fc.constantFrom('ok' as const, 'overload' as const), fc.nat(60)))
    const bounds = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(20), fc.nat(20))
    fc.assert(
      fc.property(samples, bounds, (list, [min, more, most]) => {
        const { limit } = openTrial({ min, start: min + more, max: min + more + most })
        for (const [outcome, running] of list) {
          const before = limit.limit
          limit.sample(outcome, running)
          const now = limit.limit
          const isWithin = Number.isInteger(now) && now >= min && now <= min + more + most
          const mayGrow = outcome === 'ok' && running * 2 >= before
          const isRight =
            outcome === 'overload' ? now < before || now === min : now === before || (mayGrow && now === before + 1)
          expect([isWithin, isRight]).toEqual([true, true])
        }
      }),
    )
  })

  it.each([20, 50])('settles at what a backend takes that takes %i, with few overloads', (capacity) => {
    const { limit } = openTrial()
    share(limit, capacity, 200)
    const { overloaded, limits } = share(limit, capacity, 1000)
    expect(overloaded).toBeLessThan(0.03)
    expect(Math.min(...limits)).toBeGreaterThan(capacity * 0.8)
    expect(Math.max(...limits)).toBeLessThan(capacity * 1.2)
  })
})

describe('resolveAdaptive', () => {
  it('fills in the defaults, which give way to what is there', () => {
    expect(resolveAdaptive(undefined, 'here')).toBeUndefined()
    expect(resolveAdaptive({}, 'here')).toEqual({ min: 1, start: 10, max: 100 })
    expect(resolveAdaptive({ max: 5 }, 'here')).toEqual({ min: 1, start: 5, max: 5 })
    expect(resolveAdaptive({ min: 200 }, 'here')).toEqual({ min: 200, start: 200, max: 200 })
    expect(resolveAdaptive({ start: 150 }, 'here')).toEqual({ min: 1, start: 150, max: 150 })
  })

  it.each([
    [{ min: 0 }, 'here: concurrency.adaptive.min must be an integer >= 1, got 0'],
    [{ min: 1.5 }, 'here: concurrency.adaptive.min must be an integer >= 1, got 1.5'],
    [{ min: 5, start: 4 }, 'here: concurrency.adaptive.start must be an integer >= 5, got 4'],
    [{ start: 5, max: 4 }, 'here: concurrency.adaptive.max must be an integer >= 5, got 4'],
    [{ min: 5, max: 4 }, 'here: concurrency.adaptive.max must be an integer >= 5, got 4'],
    [{ max: Number.POSITIVE_INFINITY }, 'here: concurrency.adaptive.max must be an integer >= 1, got Infinity'],
    [{ most: 4 }, "here: concurrency.adaptive: unknown option 'most'"],
    [true, 'here: concurrency.adaptive must be an object, got true'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveAdaptive(policy as object, 'here')).toThrow(message)
  })
})

describe('isOverload', () => {
  const error = (code: ToolErrorCode, details = {}): ToolError =>
    new ToolError({ code, message: 'it failed', tool: 'a', callId: '1', details })

  it('knows the statuses 429 and 503, and timeouts', () => {
    const overloads = [
      error('EXECUTION_FAILED', { status: 429 }),
      error('EXECUTION_FAILED', { status: 503 }),
      error('TIMEOUT', { limit: 'attempt' }),
    ]
    expect(overloads.map(isOverload)).toEqual([true, true, true])
  })

  it('knows nothing else', () => {
    const others = [
      error('EXECUTION_FAILED'),
      error('EXECUTION_FAILED', { status: 500 }),
      error('EXECUTION_FAILED', { status: 404 }),
      error('EXECUTION_FAILED', { child: 'TIMEOUT' }),
      error('DEADLINE_EXCEEDED'),
      error('OUTPUT_INVALID'),
    ]
    expect(others.map(isOverload)).toEqual(others.map(() => false))
  })
})
