import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HedgeBudget, type HedgeBudgetRules } from './hedge-budget.ts'

const defaults: HedgeBudgetRules = { ratio: 0.1, burst: 1 }

function spendAll(budget: HedgeBudget, rules: HedgeBudgetRules): number {
  let spent = 0
  while (spent < 1_000 && budget.trySpend(rules)) spent += 1
  return spent
}

function earn(budget: HedgeBudget, rules: HedgeBudgetRules, attempts: number): void {
  for (let count = 0; count < attempts; count += 1) budget.earn(rules)
}

describe('HedgeBudget', () => {
  it('begins with its burst', () => {
    expect(spendAll(new HedgeBudget(), defaults)).toBe(1)
    expect(spendAll(new HedgeBudget(), { ratio: 0.1, burst: 5 })).toBe(5)
    expect(spendAll(new HedgeBudget(), { ratio: 0.1, burst: 0 })).toBe(0)
  })

  it('gives one extra attempt for ten first ones', () => {
    const budget = new HedgeBudget()
    spendAll(budget, defaults)
    earn(budget, defaults, 9)
    expect(budget.trySpend(defaults)).toBe(false)
    earn(budget, defaults, 1)
    expect([budget.trySpend(defaults), budget.trySpend(defaults)]).toEqual([true, false])
  })

  it('earns by its ratio also where nothing is given to begin with', () => {
    const rules = { ratio: 0.5, burst: 0 }
    const budget = new HedgeBudget()
    earn(budget, rules, 2)
    expect(spendAll(budget, rules)).toBe(1)
  })

  it('saves up what a hundred first attempts earn, or the burst where that is more', () => {
    const budget = new HedgeBudget()
    earn(budget, defaults, 10_000)
    expect(spendAll(budget, defaults)).toBe(10)
    const rich = { ratio: 0.1, burst: 50 }
    const other = new HedgeBudget()
    earn(other, rich, 10_000)
    expect(spendAll(other, rich)).toBe(50)
  })

  it('saves up one token at least, however small the ratio', () => {
    const rules = { ratio: 0.005, burst: 0 }
    const budget = new HedgeBudget()
    earn(budget, rules, 200)
    expect(spendAll(budget, rules)).toBe(1)
  })

  it('never allows more than the burst and the ratio of the first attempts', () => {
    const step = fc.boolean()
    const rules = fc.record({
      ratio: fc.double({ min: 0, max: 2, noNaN: true }),
      burst: fc.integer({ min: 0, max: 20 }),
    })
    fc.assert(
      fc.property(rules, fc.array(step, { maxLength: 500 }), (given, steps) => {
        const budget = new HedgeBudget()
        let attempts = 0
        let extras = 0
        for (const isFirst of steps) {
          if (isFirst) budget.earn(given)
          else if (budget.trySpend(given)) extras += 1
          attempts += isFirst ? 1 : 0
          expect(extras).toBeLessThanOrEqual(given.burst + given.ratio * attempts + 1e-6)
        }
      }),
    )
  })
})
