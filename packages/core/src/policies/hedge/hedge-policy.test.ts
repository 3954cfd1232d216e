import { expect, test } from 'vitest'
import { type HedgePolicy, resolveHedge } from './hedge-policy.ts'

test('an empty policy is on, with the defaults', () => {
  expect(resolveHedge({}, 'hedge')).toEqual({
    after: 'p95',
    max: 1,
    budget: { ratio: 0.1, burst: 1 },
    acceptRepeats: false,
  })
})

test('false is off', () => {
  expect(resolveHedge(false, 'hedge')).toBeUndefined()
})

test('what is given replaces the defaults one by one', () => {
  const given: HedgePolicy = { after: 0, max: 3, budget: { burst: 0 }, idempotent: 'accept-repeats' }
  expect(resolveHedge(given, 'hedge')).toEqual({
    after: 0,
    max: 3,
    budget: { ratio: 0.1, burst: 0 },
    acceptRepeats: true,
  })
})

test.each([
  [{ after: -1 }, 'after must be a number >= 0, got -1'],
  [{ after: Number.POSITIVE_INFINITY }, 'after must be a number >= 0, got Infinity'],
  [{ after: 'p99' }, "after must be 'p95', got 'p99'"],
  [{ max: 0 }, 'max must be an integer >= 1, got 0'],
  [{ max: 1.5 }, 'max must be an integer >= 1'],
  [{ budget: { ratio: -1 } }, 'budget: ratio must be a number >= 0'],
  [{ budget: { burst: Number.NaN } }, 'budget: burst must be a number >= 0'],
  [{ budget: { max: 1 } }, "unknown option 'max'"],
  [{ budget: false }, 'budget must be an object'],
  [{ idempotent: true }, "idempotent must be 'accept-repeats'"],
  [{ delay: 5 }, "unknown option 'delay'"],
  [true, 'hedge must be an object'],
])('%j is refused by name', (policy, message) => {
  expect(() => resolveHedge(policy as HedgePolicy, 'hedge')).toThrow(message)
  expect(() => resolveHedge(policy as HedgePolicy, 'hedge')).toThrow('hedge')
})
