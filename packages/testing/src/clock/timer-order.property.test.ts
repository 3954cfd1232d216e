import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock, type TestClock } from '../test-clock.ts'

/** A timer that may be cancelled by the one before it in the list, and may set others when it runs. */
interface Plan {
  readonly kind: 'clock' | 'timeout' | 'immediate'
  readonly ms: number
  readonly cancels: boolean
  readonly sets: readonly Plan[]
}

const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.record({
    kind: fc.constantFrom('clock', 'timeout', 'immediate'),
    ms: fc.integer({ min: 1, max: 12 }),
    cancels: fc.boolean(),
    sets: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('plan'), { maxLength: 3 })),
  }),
}))

type Set = (plan: Plan, run: () => void) => () => void

/** Sets the timers of a list; each that runs tells its name and the time, cancels a sibling and sets its own. */
function play(plans: readonly Plan[], set: Set, tell: (name: string) => void, path = ''): void {
  const cancels = plans.map((plan, index) => {
    const name = `${path}/${index}`
    return set(plan, () => {
      tell(name)
      if (plan.cancels) cancels[index + 1]?.()
      play(plan.sets, set, tell, name)
    })
  })
}

/** What has to happen: of all that wait, the first by time and then by setting, again and again. */
function expected(plans: readonly Plan[]): string[] {
  const seen: string[] = []
  let waiting: { readonly due: number; readonly run: () => void }[] = []
  let now = 0
  const set: Set = ({ kind, ms }, run) => {
    const timer = { due: now + (kind === 'immediate' ? 0 : ms), run }
    waiting.push(timer)
    return () => {
      waiting = waiting.filter((other) => other !== timer)
    }
  }
  play(plans, set, (name) => seen.push(`${name} at ${now}`))
  for (;;) {
    const [first] = waiting.toSorted((a, b) => a.due - b.due)
    if (first === undefined) return seen
    waiting = waiting.filter((other) => other !== first)
    now = first.due
    first.run()
  }
}

function setOn(clock: TestClock): Set {
  return ({ kind, ms }, run) => {
    if (kind === 'clock') {
      const timer = clock.setTimer(ms, run)
      return () => timer.cancel()
    }
    const timer = kind === 'timeout' ? setTimeout(run, ms) : setImmediate(run)
    return () => timer[Symbol.dispose]()
  }
}

describe('an installed clock', () => {
  it('runs timers of all kinds as one list does that is searched for the next', async () => {
    const holds = fc.asyncProperty(
      fc.array(plan, { maxLength: 12 }),
      fc.integer({ min: 1, max: 20 }),
      async (plans, step) => {
        using clock = createTestClock({ install: true })
        const seen: string[] = []
        play(plans, setOn(clock), (name) => seen.push(`${name} at ${clock.monotonic()}`))
        await clock.advance(step)
        await clock.runAll()
        expect(seen).toEqual(expected(plans))
        expect(clock.pending).toBe(0)
      },
    )
    await fc.assert(holds, { numRuns: 100 })
  })
})
