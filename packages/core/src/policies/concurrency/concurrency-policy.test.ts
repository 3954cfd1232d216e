import { describe, expect, it } from 'vitest'
import { type ConcurrencyPolicy, resolveConcurrency } from './concurrency-policy.ts'

const none = Number.POSITIVE_INFINITY

describe('resolveConcurrency', () => {
  it('fills in the defaults', () => {
    expect(resolveConcurrency({}, 'tool')).toEqual({
      max: 10,
      queue: 1000,
      dropOldest: false,
      queueTimeoutMs: none,
      key: undefined,
      exclusive: false,
      maxAbandoned: 10,
    })
  })

  it('takes what is given; as many runs may be abandoned as may run, unless it is said', () => {
    const key = () => 'k'
    const policy = { max: 3, queue: 0, overflow: 'drop-oldest', queueTimeout: 5, key, exclusive: true } as const
    const rules = { max: 3, queue: 0, dropOldest: true, queueTimeoutMs: 5, key, exclusive: true, maxAbandoned: 3 }
    expect(resolveConcurrency(policy, 'tool')).toEqual(rules)
    expect(resolveConcurrency({ max: 3, maxAbandoned: 0 }, 'tool').maxAbandoned).toBe(0)
  })

  it('has no limit when it is switched off', () => {
    expect(resolveConcurrency(false, 'tool')).toMatchObject({ max: none, maxAbandoned: none, exclusive: false })
  })

  it.each([
    [{ max: 0 }, 'tool: concurrency.max must be an integer >= 1 or Infinity, got 0'],
    [{ max: 1.5 }, 'tool: concurrency.max'],
    [{ max: '3' }, "tool: concurrency.max must be an integer >= 1 or Infinity, got '3'"],
    [{ queue: -1 }, 'tool: concurrency.queue must be an integer >= 0 or Infinity'],
    [{ overflow: 'drop' }, "tool: concurrency.overflow must be 'reject' or 'drop-oldest', got 'drop'"],
    [{ queueTimeout: 0 }, 'tool: concurrency.queueTimeout must be a number > 0 or Infinity'],
    [{ key: 'host' }, 'tool: concurrency.key must be a function'],
    [{ exclusive: 1 }, 'tool: concurrency.exclusive must be true or false'],
    [{ maxAbandoned: Number.NaN }, 'tool: concurrency.maxAbandoned'],
    [{ limit: 3 }, "tool.concurrency: unknown option 'limit'"],
    [5, 'tool.concurrency must be an object'],
    [null, 'tool.concurrency must be an object'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveConcurrency(policy as ConcurrencyPolicy, 'tool')).toThrow(message)
  })
})
