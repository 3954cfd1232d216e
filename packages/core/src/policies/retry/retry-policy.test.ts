import { describe, expect, it } from 'vitest'
import { type RetryPolicy, resolveRetry } from './retry-policy.ts'

const refuse =
  (policy: unknown): (() => unknown) =>
  () =>
    resolveRetry(policy as RetryPolicy, 'retry')

describe('resolveRetry', () => {
  it('fills in the defaults', () => {
    expect(resolveRetry({}, 'retry')).toEqual({
      maxAttempts: 3,
      backoff: { type: 'exponential', base: 250, factor: 2, max: 30_000, jitter: 'decorrelated' },
      retryOn: undefined,
      respectRetryAfter: true,
      budget: { ratio: 0.2, minConcurrent: 3, windowMs: 10_000 },
      acceptRepeats: false,
    })
  })

  it('takes what is given', () => {
    const backoff = (): number => 5
    const retryOn = (): boolean => true
    const rules = resolveRetry(
      { maxAttempts: 1, backoff, retryOn, budget: false, idempotent: 'accept-repeats' },
      'retry',
    )
    expect(rules).toMatchObject({ maxAttempts: 1, backoff, retryOn, budget: undefined, acceptRepeats: true })
    expect(resolveRetry({ budget: { ratio: 1 } }, 'retry').budget).toEqual({
      ratio: 1,
      minConcurrent: 3,
      windowMs: 10_000,
    })
  })

  it('leaves a linear or constant wait without jitter unless it is asked for', () => {
    expect(resolveRetry({ backoff: { type: 'constant' } }, 'retry').backoff).toMatchObject({ jitter: 'none' })
    expect(resolveRetry({ backoff: { type: 'linear', jitter: 'full' } }, 'retry').backoff).toMatchObject({
      jitter: 'full',
    })
  })

  it.each([
    [{ maxAttempts: 0 }, 'retry: maxAttempts must be an integer >= 1 or Infinity, got 0'],
    [{ maxAttempts: 1.5 }, 'retry: maxAttempts'],
    [{ attempts: 3 }, "retry: unknown option 'attempts'"],
    [{ retryOn: true }, 'retry: retryOn must be a function'],
    [{ respectRetryAfter: 1 }, 'retry: respectRetryAfter'],
    [{ idempotent: true }, 'retry: idempotent'],
    [{ backoff: 5 }, 'retry.backoff must be an object'],
    [{ backoff: { type: 'fibonacci' } }, 'retry.backoff: type'],
    [{ backoff: { jitter: true } }, 'retry.backoff: jitter'],
    [{ backoff: { base: -1 } }, 'retry.backoff: base must be a number >= 0'],
    [{ backoff: { base: Number.POSITIVE_INFINITY } }, 'retry.backoff: base'],
    [{ backoff: { factor: 0.5 } }, 'retry.backoff: factor must be a number >= 1'],
    [{ backoff: { max: Number.NaN } }, 'retry.backoff: max'],
    [{ backoff: { cap: 5 } }, "retry.backoff: unknown option 'cap'"],
    [{ backoff: null }, 'retry.backoff must be an object, got null'],
    [{ budget: true }, 'retry.budget must be an object'],
    [{ budget: null }, 'retry.budget must be an object, got null'],
    [{ budget: { ratio: -1 } }, 'retry.budget: ratio'],
    [{ budget: { minConcurrent: 0.5 } }, 'retry.budget: minConcurrent'],
    [{ budget: { windowMs: 0 } }, 'retry.budget: windowMs'],
    [null, 'retry must be an object'],
  ])('refuses %o', (policy, message) => {
    expect(refuse(policy)).toThrow(message)
  })
})
