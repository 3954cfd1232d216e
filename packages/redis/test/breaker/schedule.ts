import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { BreakerAdmission, BreakerOutcomeKind, BreakerRules, BreakerView } from '@headrace/core'
import { memoryBreakerStore } from '@headrace/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createBreakerScripts } from '../../src/breaker/breaker-scripts.ts'
import { RedisBreakers } from '../../src/breaker/redis-breaker-store.ts'
import type { RedisClient } from '../../src/client/redis-client.ts'
import { createTestTime } from '../test-time.ts'

/** What happens at one moment of a schedule. */
export type Step = { readonly afterMs: number; readonly random: number; readonly changed: boolean } & (
  | { readonly does: 'admit' }
  | {
      readonly does: 'end'
      readonly which: number
      readonly kind: BreakerOutcomeKind
      readonly slow: boolean
      readonly retryAfterMs: number | undefined
      readonly reporter: string
      readonly cause: string | undefined
    }
  | { readonly does: 'renew'; readonly which: number }
  | { readonly does: 'set'; readonly state: 'isolated' | 'closed' | 'disabled' }
)

const rare = <T>(value: T, usual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(value) }, { weight: 5, arbitrary: usual })
const rate = fc.constantFrom(0.1, 0.3, 0.5, 0.75, 1)
const { POSITIVE_INFINITY: never } = Number

/** Rules under which a short schedule reaches every state. */
const someRules: fc.Arbitrary<BreakerRules> = fc.record({
  consecutiveFailures: rare(never, fc.integer({ min: 1, max: 4 })),
  failureRate: rate,
  minimumCalls: fc.integer({ min: 1, max: 4 }),
  windowCalls: fc.integer({ min: 4, max: 9 }),
  windowMaxAgeMs: rare(never, fc.integer({ min: 50, max: 2_000 })),
  slowCallMs: fc.constantFrom(undefined, 10),
  slowCallRate: rate,
  minReporters: fc.constantFrom(1, 1, 2, 3),
  openForMs: fc.constantFrom(100, 333, 1_000),
  maxOpenForMs: fc.constantFrom(1_000, 1_500, 7_000),
  permits: fc.integer({ min: 1, max: 3 }),
  successes: fc.integer({ min: 1, max: 3 }),
  probeTimeoutMs: fc.constantFrom(100, 500, 3_000),
  maxHalfOpenMs: fc.constantFrom(300, 1_000, 5_000),
  observe: fc.constantFrom(false, false, false, true),
})

/** The rules of two processes for one key: each has its own. */
export const someRulesOfTwo: fc.Arbitrary<readonly [BreakerRules, BreakerRules]> = fc.tuple(someRules, someRules)

const common = {
  // Mostly little time, now and then more than any of the rules knows, and a clock that is set back a little or a lot.
  afterMs: fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 40, arbitrary: fc.integer({ min: 60, max: 1_200 }) },
    { weight: 10, arbitrary: fc.integer({ min: 1_200, max: 12_000 }) },
    { weight: 4, arbitrary: fc.integer({ min: -1_000, max: -1 }) },
    { weight: 1, arbitrary: fc.integer({ min: -3_000, max: -1_001 }) },
    // longer than a breaker's keys are left without more time to live
    { weight: 1, arbitrary: fc.constant(700_000) },
  ),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  which: fc.nat(20),
  reporter: fc.constantFrom('one', 'two', 'one two', ''),
}

/** A row of what may happen to a breaker: so many of its steps are plain successes, beside 21 of all kinds. */
function stepsWith(plainSuccesses: number, changed: fc.Arbitrary<boolean>): fc.Arbitrary<readonly Step[]> {
  const always = { ...common, changed }
  const arbitraries = [
    { weight: 8, arbitrary: fc.record({ ...always, does: fc.constant('admit' as const) }) },
    {
      weight: 10,
      arbitrary: fc.record({
        ...always,
        does: fc.constant('end' as const),
        kind: fc.constantFrom<BreakerOutcomeKind>('failure', 'failure', 'success', 'success', 'ignored'),
        slow: fc.boolean(),
        retryAfterMs: fc.option(fc.integer({ min: 1, max: 9_000 }), { nil: undefined, freq: 4 }),
        cause: fc.option(fc.string(), { nil: undefined }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ ...always, does: fc.constant('renew' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        ...always,
        does: fc.constant('set' as const),
        state: fc.constantFrom('isolated' as const, 'closed' as const, 'disabled' as const),
      }),
    },
    {
      weight: plainSuccesses,
      arbitrary: fc.record({
        ...always,
        does: fc.constant('end' as const),
        kind: fc.constant('success' as const),
        slow: fc.constant(false),
        retryAfterMs: fc.constant(undefined),
        cause: fc.constant(undefined),
      }),
    },
  ]
  return fc.array(fc.oneof(...arbitraries), { minLength: 5, maxLength: 90, size: 'max' })
}

/** What may happen to one breaker: to one in trouble, or to one whose calls mostly succeed. */
export const someSteps: fc.Arbitrary<readonly Step[]> = fc.oneof(
  stepsWith(4, fc.constantFrom(false, false, false, false, true)),
  stepsWith(400, fc.constantFrom(...Array.from({ length: 50 }, () => false), true)),
)

const time = createTestTime()
const scripts = createBreakerScripts(time.lua)

/** Runs a schedule through the scripts and through the breaker in memory, and holds every answer to be the same. */
export async function holdSchedule(
  client: RedisClient,
  rules: readonly [BreakerRules, BreakerRules],
  steps: readonly Step[],
): Promise<void> {
  const key = `breaker ${randomUUID()}`
  const draw = { random: 0.5 }
  const random = (): number => draw.random
  const model = memoryBreakerStore({ random })
  const own = { prefix: 'test:', owner: 'test', probeLeaseMs: 1e9 }
  const tested = new RedisBreakers({ client, scripts, random, ...own })
  let now = 1_700_000_000_000
  let isSteady = true
  /** Sends the time and what is asked then in one go. */
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    const [, answer] = await Promise.all([time.set(client, now), question()])
    return answer
  }
  const admit = async (rule: BreakerRules) => ({
    tested: await ask(() => tested.admit(key, rule, { now })),
    model: model.admit(key, rule, { now }),
  })
  const first = await admit(rules[0])
  const shift = generationOf(first.tested) - generationOf(first.model)
  const admissions = [first]
  for (const [index, step] of steps.entries()) {
    // Who is let through or turned away by hand is so without a look at the clock.
    const isByHand = ['isolated', 'disabled'].includes(model.peek(key)?.state ?? '')
    now += isByHand ? Math.abs(step.afterMs) : step.afterMs
    if (step.afterMs < 0) isSteady = false
    draw.random = step.random
    const rule = rules[step.changed ? 1 : 0]
    const hold = (answer: unknown, expected: unknown): void => {
      if (!isDeepStrictEqual(answer, expected))
        expect({ index, step, answer }).toEqual({ index, step, answer: expected })
    }
    if (step.does === 'admit') {
      const both = await admit(rule)
      hold(comparable(both.tested, shift), comparable(both.model, 0))
      admissions.push(both)
    } else if (step.does === 'set') {
      const view = await ask(() => tested.set(key, step.state, { now }))
      hold(seen(view, shift, isSteady), seen(model.set(key, step.state, { now }), 0, isSteady))
    } else {
      const of = admissions[step.which % admissions.length]
      if (!of?.tested.admitted || !of.model.admitted) continue
      if (step.does === 'renew') {
        const { probe = '' } = of.tested
        hold(await ask(() => tested.renew(key, probe)), model.renew(key, of.model.probe ?? '', { now }))
      } else {
        const { kind, slow, retryAfterMs, reporter, cause } = step
        const outcome = { kind, slow, retryAfterMs, reporter, cause }
        const ended = { ...outcome, ...passOf(of.tested) }
        const view = await ask(() => tested.record(key, rule, ended, { now }))
        const expected = model.record(key, rule, { ...outcome, ...passOf(of.model) }, { now })
        hold(seen(view, shift, isSteady), seen(expected, 0, isSteady))
      }
    }
    hold(tested.peek(key)?.state, model.peek(key)?.state)
  }
}

function generationOf(admission: BreakerAdmission): number {
  return admission.admitted ? admission.generation : Number.NaN
}

function passOf(admission: BreakerAdmission): { generation: number; probe: string | undefined } {
  return { generation: generationOf(admission), probe: admission.admitted ? admission.probe : undefined }
}

/** What has to be equal; names of probes need not. */
function comparable(admission: BreakerAdmission, shift: number): unknown {
  if (!admission.admitted) return admission
  return { generation: admission.generation - shift, isProbe: admission.probe !== undefined }
}

/** While a clock slips back, both give the same time left, but reckon it from another moment. */
function seen({ state, generation, openUntil, cause }: BreakerView, shift: number, isSteady: boolean): unknown {
  return { state, generation: generation - shift, cause, openUntil: isSteady ? openUntil : undefined }
}
