import { describe, expect, it } from 'vitest'
import { executionError } from '../../errors/execution-error.ts'
import { ToolError, type ToolErrorInit } from '../../errors/tool-error.ts'
import type { ToolErrorCode } from '../../errors/tool-error-code.ts'
import { decideRetry, type RetryDecision, type RetryInput } from './decide-retry.ts'
import { RetryBudget } from './retry-budget.ts'
import { type RetryPolicy, resolveRetry } from './retry-policy.ts'

const constant: RetryPolicy = { backoff: { type: 'constant', base: 100 } }

function toolError(init: Partial<ToolErrorInit> & { code: ToolErrorCode }): ToolError {
  return new ToolError({ message: 'm', tool: 't', callId: 'c', attempts: 1, ...init })
}

function thrown(value: unknown): ToolError {
  return executionError(value, { tool: 't', callId: 'c', attempts: 1, now: 0 })
}

function decide(change: Partial<RetryInput>, policy: RetryPolicy = constant): RetryDecision {
  return decideRetry(resolveRetry(policy, 'retry'), {
    error: thrown({ status: 503 }),
    attempt: 1,
    previousDelayMs: 0,
    remainingMs: Number.POSITIVE_INFINITY,
    mayRepeat: true,
    committed: false,
    random: () => 0,
    budget: undefined,
    nowMs: 0,
    ...change,
  })
}

describe('decideRetry', () => {
  it('retries what may succeed later, after the wait of the policy', () => {
    expect(decide({})).toEqual({ retry: true, delayMs: 100 })
    expect(decide({ attempt: 2 }, {})).toEqual({ retry: true, delayMs: 250 })
    expect(decide({ attempt: 2, previousDelayMs: 500, random: () => 1 }, {})).toEqual({ retry: true, delayMs: 1500 })
  })

  it('stops after the last attempt', () => {
    expect(decide({ attempt: 2 })).toMatchObject({ retry: true })
    expect(decide({ attempt: 3 })).toEqual({ retry: false })
  })

  it('retries the timeout of an attempt, and a failure only if it is retryable', () => {
    expect(decide({ error: toolError({ code: 'TIMEOUT' }) }).retry).toBe(true)
    expect(decide({ error: thrown({ status: 404 }) }).retry).toBe(false)
    expect(decide({ error: thrown(new Error('unknown')) }).retry).toBe(false)
  })

  const own: ToolErrorCode[] = [
    'CIRCUIT_OPEN',
    'RATE_LIMITED',
    'QUEUE_FULL',
    'QUEUE_TIMEOUT',
    'TOOL_STUCK',
    'RUNTIME_CLOSED',
  ]
  it.each<ToolErrorCode>([...own, 'DEADLINE_EXCEEDED', 'OUTPUT_INVALID', 'ARGUMENTS_INVALID'])(
    'does not retry %s',
    (code) => {
      expect(decide({ error: toolError({ code, retryable: true }) })).toEqual({ retry: false })
    },
  )

  it('retries a tool that may not run twice only where the request was not sent', () => {
    expect(decide({ mayRepeat: false }).retry).toBe(false)
    expect(decide({ mayRepeat: false, error: thrown({ code: 'ECONNRESET' }) }).retry).toBe(false)
    expect(decide({ mayRepeat: false, error: toolError({ code: 'TIMEOUT' }) }).retry).toBe(false)
    expect(decide({ mayRepeat: false, error: thrown({ code: 'ECONNREFUSED' }) }).retry).toBe(true)
    expect(decide({ mayRepeat: false, error: thrown({ code: 'EAI_AGAIN' }) }).retry).toBe(true)
  })

  it('does not retry after a part of the output, nor the failure of a child call, whatever the policy says', () => {
    const policy = { ...constant, retryOn: () => true }
    expect(decide({ committed: true }, policy).retry).toBe(false)
    expect(decide({ mayRepeat: false }, policy).retry).toBe(false)
    expect(decide({ error: thrown(toolError({ code: 'TIMEOUT', retryable: true })) }, policy).retry).toBe(false)
  })

  it('asks retryOn instead of the default judgement', () => {
    const seen: ToolErrorCode[] = []
    const retryOn = (error: ToolError): boolean => {
      seen.push(error.code)
      return error.details.status === 404
    }
    expect(decide({ error: thrown({ status: 404 }) }, { ...constant, retryOn }).retry).toBe(true)
    expect(decide({}, { ...constant, retryOn }).retry).toBe(false)
    expect(seen).toEqual(['EXECUTION_FAILED', 'EXECUTION_FAILED'])
  })

  it('does not retry where retryOn or the backoff function throws', () => {
    const fail = (): never => {
      throw new Error('mine')
    }
    expect(decide({}, { retryOn: fail })).toEqual({ retry: false })
    expect(decide({}, { backoff: fail })).toEqual({ retry: false })
  })

  it('takes the wait from a function, negative and NaN as none and Infinity as the end', () => {
    expect(
      decide({ attempt: 2 }, { backoff: (attempt, error) => attempt * (error.details.status as number) }),
    ).toMatchObject({
      delayMs: 1006,
    })
    expect(decide({}, { backoff: () => -5 })).toEqual({ retry: true, delayMs: 0 })
    expect(decide({}, { backoff: () => Number.NaN })).toEqual({ retry: true, delayMs: 0 })
    expect(decide({}, { backoff: () => Number.POSITIVE_INFINITY })).toEqual({ retry: false })
  })

  it('waits at least as long as the server asks', () => {
    const error = (seconds: number): ToolError => thrown({ status: 429, retryAfter: seconds })
    expect(decide({ error: error(45) })).toEqual({ retry: true, delayMs: 45_000 })
    expect(decide({ error: error(60) })).toEqual({ retry: true, delayMs: 60_000 })
    expect(decide({ error: error(0) })).toEqual({ retry: true, delayMs: 100 })
  })

  it('gives up at once where the server asks for more than a minute, or for more than is left', () => {
    const error = thrown({ status: 429, retryAfter: 61 })
    expect(decide({ error })).toEqual({ retry: false, retryAfterMs: 61_000 })
    const soon = thrown({ status: 429, retryAfter: 30 })
    expect(decide({ error: soon, remainingMs: 30_000 })).toEqual({ retry: false, retryAfterMs: 30_000 })
    expect(decide({ error: soon, remainingMs: 30_001 })).toEqual({ retry: true, delayMs: 30_000 })
  })

  it('does not look at what the server asks where the policy says so', () => {
    const error = thrown({ status: 429, retryAfter: 61 })
    expect(decide({ error }, { ...constant, respectRetryAfter: false })).toEqual({ retry: true, delayMs: 100 })
  })

  it('does not wait for a deadline', () => {
    expect(decide({ remainingMs: 100 })).toEqual({ retry: false })
    expect(decide({ remainingMs: 101 })).toEqual({ retry: true, delayMs: 100 })
  })

  it('asks the budget last, and tells when it was the budget', () => {
    const budget = new RetryBudget({ ratio: 0, minConcurrent: 1, windowMs: 10_000 })
    expect(decide({ budget, attempt: 3 }).retry).toBe(false)
    expect(decide({ budget, remainingMs: 1 }).retry).toBe(false)
    expect(budget.running).toBe(0)
    expect(decide({ budget }).retry).toBe(true)
    expect(decide({ budget })).toEqual({ retry: false, budgetSpent: true })
    budget.retryEnded()
    expect(decide({ budget }).retry).toBe(true)
  })
})
