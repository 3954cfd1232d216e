import { describe, expect, it } from 'vitest'
import { HedgePlan } from './hedge-plan.ts'
import { type HedgePolicy, resolveHedge } from './hedge-policy.ts'
import { HedgeState } from './hedge-state.ts'

function planOf(policy: HedgePolicy, state = new HedgeState()): HedgePlan {
  const rules = resolveHedge(policy, 'hedge')
  if (rules === undefined) throw new Error('the policy is off')
  return new HedgePlan(rules, state)
}

describe('HedgePlan', () => {
  it('starts an extra attempt after the time that the policy says', () => {
    expect(planOf({ after: 40 }).delayMs()).toBe(40)
    expect(planOf({ after: 0 }).delayMs()).toBe(0)
  })

  it('starts it after 2 s until 20 attempts have succeeded, then after as long as 95 % of them took', () => {
    const state = new HedgeState()
    for (let count = 0; count < 19; count += 1) planOf({}, state).succeed(30)
    expect(planOf({}, state).delayMs()).toBe(2_000)
    planOf({}, state).succeed(900)
    expect(planOf({}, state).delayMs()).toBe(30)
  })

  it('waits a millisecond at least where attempts take less', () => {
    const state = new HedgeState()
    for (let count = 0; count < 20; count += 1) planOf({}, state).succeed(0.2)
    expect(planOf({}, state).delayMs()).toBe(1)
  })

  it('gives a call one extra attempt, and then none', () => {
    const plan = planOf({ after: 40, budget: { burst: 10 } })
    expect([plan.hasExtra, plan.tryStart(), plan.tryStart()]).toEqual([true, true, false])
    expect([plan.hasExtra, plan.delayMs()]).toEqual([false, Number.POSITIVE_INFINITY])
  })

  it('gives a call as many as the policy says', () => {
    const plan = planOf({ after: 40, max: 3, budget: { burst: 10 } })
    expect([1, 2, 3, 4].map(() => plan.tryStart())).toEqual([true, true, true, false])
  })

  it('shares the budget between the calls of a key', () => {
    const state = new HedgeState()
    const plans = Array.from({ length: 20 }, () => planOf({}, state))
    for (const plan of plans) plan.begin()
    expect(plans.filter((plan) => plan.tryStart())).toHaveLength(3)
  })

  it('keeps an extra attempt that the budget refused for a later failure', () => {
    const state = new HedgeState()
    const plan = planOf({ budget: { ratio: 1, burst: 0 } }, state)
    expect([plan.tryStart(), plan.hasExtra]).toEqual([false, true])
    planOf({ budget: { ratio: 1, burst: 0 } }, state).begin()
    expect(plan.tryStart()).toBe(true)
  })
})
