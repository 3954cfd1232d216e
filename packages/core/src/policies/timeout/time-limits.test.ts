import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextLimitAt, reachedLimit } from './time-limits.ts'
import { timeoutError } from './timeout-error.ts'
import { resolveTimeout } from './timeout-policy.ts'

const rules = { attemptMs: 30, totalMs: 100, idleMs: 10, graceMs: 5 }
const marks = { callStartedAt: 0, attemptStartedAt: 80, aliveAt: 85 }

describe('reachedLimit', () => {
  it('names the limit that is reached, from its first millisecond on', () => {
    expect(reachedLimit(rules, marks, 94)).toBeUndefined()
    expect(reachedLimit(rules, marks, 95)).toBe('idle')
    expect(reachedLimit(rules, { ...marks, aliveAt: 99 }, 100)).toBe('total')
    expect(reachedLimit(rules, { ...marks, callStartedAt: 50, aliveAt: 109 }, 110)).toBe('attempt')
  })

  it('prefers the widest of several', () => {
    expect(reachedLimit(rules, marks, 200)).toBe('total')
    expect(reachedLimit(rules, { ...marks, callStartedAt: 150 }, 200)).toBe('attempt')
  })

  it('never ends without limits', () => {
    const off = resolveTimeout(false, 'timeout')
    expect(nextLimitAt(off, marks)).toBe(Number.POSITIVE_INFINITY)
    expect(reachedLimit(off, marks, Number.MAX_VALUE)).toBeUndefined()
  })

  it('reaches a limit exactly when the next one is due', () => {
    const time = fc.integer({ min: 0, max: 1000 })
    const given = fc.record({ attemptMs: time, totalMs: time, idleMs: time, graceMs: time })
    fc.assert(
      fc.property(
        given,
        fc.record({ callStartedAt: time, attemptStartedAt: time, aliveAt: time }),
        time,
        (limits, at, now) => {
          expect(reachedLimit(limits, at, now) !== undefined).toBe(now >= nextLimitAt(limits, at))
        },
      ),
    )
  })
})

describe('timeoutError', () => {
  const at = { tool: 'pay', callId: 'c', attempts: 2, mayRepeat: true }

  it('is a TIMEOUT of attempt and idle, and a DEADLINE_EXCEEDED of total', () => {
    expect(timeoutError('attempt', rules, at)).toMatchObject({
      code: 'TIMEOUT',
      details: { limit: 'attempt', limitMs: 30 },
    })
    const silent = { code: 'TIMEOUT', message: "'pay' gave no sign of life within 10 ms." }
    expect(timeoutError('idle', rules, at)).toMatchObject(silent)
    expect(timeoutError('total', rules, at)).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true, attempts: 2 })
  })

  it('says that the side effects of a tool that may not run twice are unknown', () => {
    expect(timeoutError('attempt', rules, at).details).not.toHaveProperty('sideEffects')
    const error = timeoutError('attempt', rules, { ...at, mayRepeat: false })
    expect(error.details).toMatchObject({ sideEffects: 'unknown' })
    expect(error.toModel().message).toContain('side effects are unknown')
  })
})
