import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  BreakerAdmission,
  BreakerOutcomeKind,
  BreakerRules,
  BreakerState,
  BreakerView,
} from '../../ports/breaker-store.ts'
import { admitCall, recordOutcome } from './breaker-machine.ts'
import { resolveBreaker } from './breaker-policy.ts'
import { type Breaker, createBreaker } from './breaker-state.ts'
import { longestOpenMs, setByHand } from './breaker-transitions.ts'

interface Ended {
  readonly time: number
  readonly isFailure: boolean
  readonly isSlow: boolean
  readonly reporter: string
}

interface End {
  readonly kind: BreakerOutcomeKind
  readonly slow: boolean
  readonly retryAfterMs: number | undefined
  readonly reporter: string
}

/** What semantics say, as plainly as it can be written: every call is kept, everything is counted anew each time. */
class NaiveBreaker {
  state: BreakerState = 'closed'
  period = 0
  log: Ended[] = []
  until = 0
  lastOpenMs = 0
  closedAt = Number.NEGATIVE_INFINITY
  openings = 0
  probes = new Map<string, number>()
  successes = 0
  readonly rules: BreakerRules

  constructor(rules: BreakerRules) {
    this.rules = rules
  }

  go(state: BreakerState, until = 0): void {
    this.state = state
    this.until = until
    this.period += 1
    this.log = []
    this.probes.clear()
    this.successes = 0
  }

  open(at: number, asked = 0): void {
    if (this.state === 'closed' && at - this.closedAt >= this.lastOpenMs) this.openings = 0
    const own = Math.round(Math.min(this.rules.maxOpenForMs, this.rules.openForMs * 2 ** this.openings))
    this.lastOpenMs = Math.max(own, Math.min(asked, this.rules.maxOpenForMs))
    this.openings += 1
    this.go('open', at + this.lastOpenMs)
  }

  pass(now: number): void {
    if (this.state === 'half-open' && now >= this.until) this.open(this.until)
  }

  admit(now: number, id: string): { admitted: boolean; isProbe: boolean } {
    this.pass(now)
    if (this.state === 'open' && now >= this.until) this.go('half-open', now + this.rules.maxHalfOpenMs)
    if (this.state === 'isolated') return { admitted: false, isProbe: false }
    if (this.state === 'closed' || this.state === 'disabled') return { admitted: true, isProbe: false }
    const running = [...this.probes.values()].filter((until) => now < until).length
    const isProbe = this.state === 'half-open' && running < this.rules.permits
    if (isProbe) this.probes.set(id, now + this.rules.probeTimeoutMs)
    return { admitted: isProbe || this.rules.observe, isProbe }
  }

  end(now: number, id: string, period: number, end: End): void {
    if (period !== this.period) return
    this.pass(now)
    const isSlow = end.slow && this.rules.slowCallMs !== undefined
    if (this.state === 'half-open') this.endProbe(now, id, { ...end, slow: isSlow })
    if (this.state !== 'closed' || end.kind === 'ignored') return
    this.log.push({ time: now, isFailure: end.kind === 'failure', isSlow, reporter: end.reporter })
    if (this.isTripped(now)) this.open(now, end.retryAfterMs)
  }

  endProbe(now: number, id: string, { kind, slow, retryAfterMs }: End): void {
    const until = this.probes.get(id)
    this.probes.delete(id)
    if (until === undefined || now >= until || kind === 'ignored') return
    if (kind === 'failure') this.open(now, retryAfterMs)
    else if (slow) this.open(now)
    else this.succeed(now)
  }

  succeed(now: number): void {
    this.successes += 1
    if (this.successes < this.rules.successes) return
    this.closedAt = now
    this.go('closed')
  }

  set(now: number, state: 'closed' | 'isolated' | 'disabled'): void {
    if (state !== 'closed' && this.state === state) return
    this.openings = 0
    this.lastOpenMs = 0
    this.closedAt = now
    this.go(state)
  }

  isTripped(now: number): boolean {
    const { rules, log } = this
    const seenBy = (calls: Ended[]): boolean => new Set(calls.map((call) => call.reporter)).size >= rules.minReporters
    const inRow = log.slice(log.findLastIndex((call) => !call.isFailure) + 1)
    if (inRow.length >= rules.consecutiveFailures && seenBy(inRow)) return true
    const window = log.slice(-rules.windowCalls).filter((call) => call.time >= now - rules.windowMaxAgeMs)
    if (window.length < rules.minimumCalls) return false
    const [failed, slow] = [window.filter((call) => call.isFailure), window.filter((call) => call.isSlow)]
    if (failed.length / window.length >= rules.failureRate && seenBy(failed)) return true
    return rules.slowCallMs !== undefined && slow.length / window.length >= rules.slowCallRate && seenBy(slow)
  }
}

const count = (max: number) => fc.integer({ min: 1, max })
const policy = fc.record(
  {
    consecutiveFailures: count(6),
    failureRate: fc.constantFrom(0.1, 0.3, 0.5, 1),
    minimumCalls: count(4),
    window: fc.record({ calls: fc.integer({ min: 4, max: 8 }), maxAge: fc.constantFrom(50, 1_000) }),
    slowCallMs: fc.constant(100),
    slowCallRate: fc.constantFrom(0.5, 1),
    minReporters: count(2),
    openFor: fc.constantFrom(1, 100),
    maxOpenFor: fc.constantFrom(100, 350),
    halfOpen: fc.record({
      permits: count(3),
      successes: count(3),
      probeTimeout: fc.constantFrom(30, 500),
      maxDuration: fc.constantFrom(60, 400),
    }),
    observe: fc.boolean(),
  },
  { requiredKeys: ['window', 'halfOpen'] },
)
const wait = fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 29, 30, 60, 100, 400) })
const set = fc.record({
  do: fc.constant('set' as const),
  state: fc.constantFrom('closed' as const, 'isolated' as const, 'disabled' as const),
})
/** A step of a backend whose calls end in one of these ways, equally often. */
const stepWith = (...kinds: readonly BreakerOutcomeKind[]) => {
  const end = fc.record({
    do: fc.constant('end' as const),
    which: fc.nat(5),
    kind: fc.constantFrom(...kinds),
    slow: fc.constantFrom(true, false, false),
    retryAfterMs: fc.option(fc.constantFrom(0, 150, 5_000), { nil: undefined }),
    reporter: fc.constantFrom('a', 'b'),
  })
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant({ do: 'admit' as const }) },
    { weight: 12, arbitrary: end },
    { weight: 5, arbitrary: wait },
    { weight: 1, arbitrary: set },
  )
}
const step = stepWith('success', 'failure', 'failure', 'ignored')
const schedule = fc.oneof(
  fc.array(step, { maxLength: 80 }),
  fc.array(stepWith('success', 'success', 'success', 'failure'), { maxLength: 160 }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** A call that was admitted. */
interface Running {
  readonly id: string
  /** In which period of the naive breaker it began. */
  readonly period: number
  readonly admission: Extract<BreakerAdmission, { admitted: true }>
}

/** The machine and the naive breaker, taken through the same steps. */
class Pair {
  readonly breaker: Breaker
  readonly naive: NaiveBreaker
  readonly rules: BreakerRules
  readonly transitions: string[] = []
  readonly running: Running[] = []
  now = 1_000_000
  calls = 0

  constructor(rules: BreakerRules) {
    const onChange = (view: BreakerView, from: string) => this.transitions.push(`${from} > ${view.state}`)
    this.rules = rules
    this.breaker = createBreaker('key', 1, { random: () => 0.5, onChange })
    this.naive = new NaiveBreaker(rules)
  }

  take(step: Step): void {
    if (step.do === 'wait') this.now += step.ms
    else if (step.do === 'admit') this.admit()
    else if (step.do === 'end') this.end(step)
    else {
      setByHand(this.breaker, step.state, this.now)
      this.naive.set(this.now, step.state)
    }
    const { breaker, naive } = this
    expect(breaker.view.state).toBe(breaker.state)
    expect([breaker.state, breaker.view.openUntil]).toEqual([
      naive.state,
      naive.state === 'open' ? naive.until : undefined,
    ])
  }

  admit(): void {
    const { breaker, naive, rules, now } = this
    this.calls += 1
    const id = `call-${this.calls}`
    const admission = admitCall(breaker, rules, now)
    const isProbe = admission.admitted && admission.probe !== undefined
    expect({ admitted: admission.admitted, isProbe }).toEqual(naive.admit(now, id))
    if (admission.admitted) this.running.push({ id, period: naive.period, admission })
    else if (admission.state === 'open') expect(admission.retryAfterMs).toBe(naive.until - now)
    else if (admission.state === 'half-open') expect(admission.retryAfterMs).toBeGreaterThan(0)
  }

  end({ which, ...end }: Extract<Step, { do: 'end' }>): void {
    const [ended] = this.running.splice(which % Math.max(1, this.running.length), 1)
    if (!ended) return
    recordOutcome(this.breaker, this.rules, { ...ended.admission, ...end }, this.now)
    this.naive.end(this.now, ended.id, ended.period, end)
  }
}

describe('the breaker, against a naive one', () => {
  it('admits, rejects and changes its state alike in every schedule', () => {
    fc.assert(
      fc.property(policy, schedule, (given, steps) => {
        const pair = new Pair(resolveBreaker(given, 'trial').rules)
        for (const taken of steps) pair.take(taken)
        expect(pair.transitions).not.toContain('closed > half-open')
      }),
      { numRuns: 1_500 },
    )
  })

  it('never keeps anybody waiting for longer than its rules allow, however the time of day jumps', () => {
    const jump = fc.integer({ min: -10_000_000, max: 10_000_000 })
    const read = fc.oneof(fc.integer({ min: -50, max: 400 }), jump)
    fc.assert(
      fc.property(policy, fc.array(fc.tuple(read, step), { maxLength: 60 }), (given, steps) => {
        const { rules } = resolveBreaker({ ...given, observe: false }, 'trial')
        const pair = new Pair(rules)
        const waits = steps.map(([ms, taken]) => {
          pair.now += ms
          return takeAlone(pair, taken)
        })
        expect(Math.max(0, ...waits)).toBeLessThanOrEqual(longestOpenMs(rules))
        // A lost probe may hold its permit; a step back of up to a second is taken for a caller that is late.
        const longest = longestOpenMs(rules) + rules.probeTimeoutMs + 1_000
        let waited = 0
        while (waited <= longest && !admitCall(pair.breaker, rules, pair.now + waited).admitted) waited += 1
        expect(waited).toBeLessThanOrEqual(longest)
      }),
      { numRuns: 300 },
    )
  })
})

/** Takes a step on the machine alone; gives how long a rejected call was told to wait. */
function takeAlone({ breaker, rules, now, running }: Pair, taken: Step): number {
  if (taken.do === 'end') {
    const [ended] = running.splice(taken.which % Math.max(1, running.length), 1)
    if (ended) recordOutcome(breaker, rules, { ...ended.admission, ...taken }, now)
  }
  if (taken.do !== 'admit') return 0
  const admission = admitCall(breaker, rules, now)
  if (!admission.admitted) return admission.retryAfterMs ?? 0
  running.push({ id: '', period: 0, admission })
  return 0
}
