import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

const rules = { ratio: 0.2, minConcurrent: 3, windowMs: 10_000 }

function grants(budget: RetryBudget, count: number, now: number): number {
  let granted = 0
  for (let tries = 0; tries < count; tries += 1) if (budget.tryRetry(now)) granted += 1
  return granted
}

describe('RetryBudget', () => {
  it('grants three retries at once although there were hardly any calls', () => {
    const budget = new RetryBudget(rules)
    budget.attempt(0)
    expect(grants(budget, 10, 0)).toBe(3)
    expect(budget.running).toBe(3)
  })

  it('grants another as soon as one of the three has ended', () => {
    const budget = new RetryBudget(rules)
    grants(budget, 3, 0)
    budget.retryEnded()
    expect(grants(budget, 10, 0)).toBe(1)
  })

  it('grants a fifth of the first attempts in the window however many run', () => {
    const budget = new RetryBudget(rules)
    for (let calls = 0; calls < 100; calls += 1) budget.attempt(0)
    expect(grants(budget, 100, 9000)).toBe(20)
  })

  it('forgets attempts and retries that have left the window', () => {
    const budget = new RetryBudget({ ...rules, minConcurrent: 0 })
    for (let calls = 0; calls < 10; calls += 1) budget.attempt(0)
    expect(grants(budget, 10, 0)).toBe(2)
    for (let calls = 0; calls < 10; calls += 1) budget.attempt(6000)
    expect(grants(budget, 10, 6000)).toBe(2)
    expect(grants(budget, 10, 10_000)).toBe(0)
    for (let calls = 0; calls < 10; calls += 1) budget.attempt(10_000)
    expect(grants(budget, 10, 10_000)).toBe(2)
    expect(grants(budget, 10, 1e9)).toBe(0)
  })

  it('never grants more than nothing from a ratio and a floor of zero', () => {
    const budget = new RetryBudget({ ratio: 0, minConcurrent: 0, windowMs: 10_000 })
    budget.attempt(0)
    expect(grants(budget, 5, 0)).toBe(0)
  })

  it('counts an end that nobody was granted for no more than once', () => {
    const budget = new RetryBudget(rules)
    budget.retryEnded()
    expect(budget.running).toBe(0)
    expect(grants(budget, 10, 0)).toBe(3)
  })

  it('takes a clock that goes back for one that stands still', () => {
    const budget = new RetryBudget({ ...rules, minConcurrent: 0 })
    for (let calls = 0; calls < 10; calls += 1) budget.attempt(20_000)
    expect(grants(budget, 10, 5000)).toBe(2)
    expect(grants(budget, 10, -5000)).toBe(0)
  })

  it('keeps to the ratio beyond the floor on any schedule', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 4000 }),
      kind: fc.constantFrom('attempt', 'retry', 'end'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = new RetryBudget(rules)
        let now = 0
        const attempts: number[] = []
        const retries: number[] = []
        for (const { wait, kind } of steps) {
          now += wait
          const belowFloor = budget.running < rules.minConcurrent
          if (kind === 'attempt') attempts.push(now)
          if (kind === 'attempt') budget.attempt(now)
          if (kind === 'end') budget.retryEnded()
          if (kind !== 'retry') continue
          const granted = budget.tryRetry(now)
          // The window moves in twentieths: the last 9.5 s count for certain, nothing older than 10 s does.
          const retriesNow = retries.filter((at) => at > now - 9500).length + 1
          const withinRatio = retriesNow <= rules.ratio * attempts.filter((at) => at > now - 10_000).length
          expect(belowFloor ? granted : !granted || withinRatio).toBe(true)
          if (granted) retries.push(now)
        }
      }),
    )
  })
})
