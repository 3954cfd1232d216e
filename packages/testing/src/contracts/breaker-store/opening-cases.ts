import type { BreakerOutcomeKind, BreakerStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { holdOpenFor, openCircuit, waitOf } from './circuit.ts'

const [S, F, I] = ['success', 'failure', 'ignored'] as const satisfies readonly BreakerOutcomeKind[]
const never = Number.POSITIVE_INFINITY

/** What opens a breaker, and what it tells then. */
export const openingCases: readonly ContractCase<BreakerStore>[] = [
  {
    name: 'a key that has judged nothing admits every call, with a generation and without a probe',
    async run(trial) {
      const { admit } = openCircuit(trial)
      for (const admission of [await admit(), await admit()]) {
        hold(
          admission.admitted && Number.isInteger(admission.generation),
          'the call is admitted with a generation',
          admission,
        )
        holdEqual(admission.probe, undefined, 'the probe of a call that a closed breaker admits')
      }
    },
  },
  {
    name: 'it opens at so many failures in a row; a success begins the count anew',
    async run(trial) {
      const { run } = openCircuit(trial, { windowMaxAgeMs: never })
      holdEqual(await run(F, F, S, F, F), 'closed', 'the state after two failures, a success and two failures')
      holdEqual(await run(F), 'open', 'the state after the third failure in a row')
    },
  },
  {
    name: 'it opens at a failure rate that is reached, judged on every outcome, so that a success may open it',
    async run(trial) {
      const rules = { consecutiveFailures: never, failureRate: 0.5, minimumCalls: 4 }
      holdEqual(
        await openCircuit(trial, rules).run(F, S, S, S),
        'closed',
        'the state after 1 failure of 4 calls at rate 0.5',
      )
      holdEqual(
        await openCircuit(trial, rules).run(F, F, S, S),
        'open',
        'the state after 2 failures of 4 calls at rate 0.5',
      )
    },
  },
  {
    name: 'below minimumCalls no rate is known',
    async run(trial) {
      const { run } = openCircuit(trial, { consecutiveFailures: never, failureRate: 0.5, minimumCalls: 4 })
      holdEqual(await run(F, F, F), 'closed', 'the state after 3 failures of 3 calls, where a rate needs 4')
      holdEqual(await run(F), 'open', 'the state after 4 failures of 4 calls')
    },
  },
  {
    name: 'rates are those of the last windowCalls calls',
    async run(trial) {
      const rules = { consecutiveFailures: never, minimumCalls: 4, windowCalls: 4 }
      const recent = openCircuit(trial, { ...rules, failureRate: 0.5 })
      holdEqual(
        await recent.run(S, S, S, S, F, F),
        'open',
        'the state after 2 failures of the last 4 calls at rate 0.5',
      )
      const past = openCircuit(trial, { ...rules, failureRate: 0.3 })
      holdEqual(await past.run(F, S, S, S, S, F), 'closed', 'the state after 1 failure of the last 4 calls at rate 0.3')
    },
  },
  {
    name: 'rates are those of calls that are not older than windowMaxAgeMs',
    async run(trial) {
      const { unit } = trial.time
      const rules = { consecutiveFailures: never, failureRate: 0.4, minimumCalls: 3, windowMaxAgeMs: 2 * unit }
      const { run } = openCircuit(trial, rules)
      await run(F, F)
      await trial.time.pass(2 * unit + 1)
      holdEqual(await run(S, S, S), 'closed', 'the state after 3 successes, when 2 failures have become too old')
      const young = openCircuit(trial, { ...rules, windowMaxAgeMs: 200 * unit })
      await young.run(F, F)
      await trial.time.pass(2 * unit)
      holdEqual(await young.run(S), 'open', 'the state after 2 failures that are not too old and a success')
    },
  },
  {
    name: 'it opens at a rate of slow calls where slowCallMs is set, and judges none without it',
    async run(trial) {
      const rules = { slowCallRate: 0.5, minimumCalls: 2 }
      const judged = openCircuit(trial, { ...rules, slowCallMs: 10 })
      await judged.call(S, { slow: true })
      holdEqual((await judged.call(S)).state, 'open', 'the state after 1 slow call of 2 at rate 0.5')
      const unjudged = openCircuit(trial, rules)
      await unjudged.call(S, { slow: true })
      holdEqual(
        (await unjudged.call(S, { slow: true })).state,
        'closed',
        'the state after slow calls without slowCallMs',
      )
    },
  },
  {
    name: 'a slow call that failed counts once in each of the two rates',
    async run(trial) {
      const rules = { consecutiveFailures: never, minimumCalls: 4, slowCallMs: 10 }
      const both = openCircuit(trial, { ...rules, failureRate: 0.5, slowCallRate: 0.5 })
      await both.call(F, { slow: true })
      holdEqual(await both.run(S, S, S), 'closed', 'the state after 1 slow failure of 4 calls at rates 0.5')
      const slow = openCircuit(trial, { ...rules, failureRate: 1, slowCallRate: 0.5 })
      await slow.call(F, { slow: true })
      await slow.call(S, { slow: true })
      holdEqual(await slow.run(S, S), 'open', 'the state after 2 slow calls of 4, one of which failed, at rate 0.5')
    },
  },
  {
    name: 'an ignored outcome judges nothing: it counts in no rate and breaks no row of failures',
    async run(trial) {
      const row = openCircuit(trial)
      holdEqual(await row.run(F, F, I, F), 'open', 'the state after three failures with an ignored outcome among them')
      const rate = openCircuit(trial, { consecutiveFailures: never, failureRate: 0.5, minimumCalls: 4 })
      holdEqual(
        await rate.run(F, F, S, I, I),
        'closed',
        'the state after 3 calls and 2 ignored ones, where a rate needs 4',
      )
      holdEqual(await rate.run(S), 'open', 'the state after 2 failures of 4 calls')
    },
  },
  {
    name: 'it opens only when minReporters have reported such calls',
    async run(trial) {
      const row = openCircuit(trial, { minReporters: 2 })
      holdEqual(
        await row.run(F, F, F),
        'closed',
        'the state after three failures of one reporter, where two are needed',
      )
      holdEqual(
        (await row.call(F, { reporter: 'two' })).state,
        'open',
        'the state after a failure of a second reporter',
      )
      const rules = { consecutiveFailures: never, failureRate: 0.5, minimumCalls: 4, minReporters: 2 }
      const rate = openCircuit(trial, rules)
      await rate.run(F, F, F)
      holdEqual(
        (await rate.call(S, { reporter: 'two' })).state,
        'closed',
        'the state after a success of a second reporter',
      )
      holdEqual(
        (await rate.call(F, { reporter: 'two' })).state,
        'open',
        'the state after a failure of a second reporter',
      )
    },
  },
  {
    name: 'while open it rejects, with the failure that opened it as cause and for openForMs, give or take a tenth',
    async run(trial) {
      const { open, reject, rules } = openCircuit(trial)
      const before = trial.time.now()
      const until = await open({ cause: 'HTTP 503' })
      const { state, cause } = await reject()
      holdEqual({ state, cause }, { state: 'open', cause: 'HTTP 503' }, 'state and cause of the rejection')
      holdOpenFor(trial, until - before, rules.openForMs)
    },
  },
  {
    name: 'retryAfterMs of a rejection counts down',
    async run(trial) {
      const { open, reject } = openCircuit(trial, { openForMs: 20 * trial.time.unit })
      await open()
      const early = waitOf(await reject())
      await trial.time.pass(trial.time.unit)
      const late = waitOf(await reject())
      hold(
        late <= early - trial.time.unit,
        `retryAfterMs is smaller by ${trial.time.unit} after so many milliseconds`,
        early,
        late,
      )
    },
  },
  {
    name: 'what the backend asked to wait lengthens the time open, at most to maxOpenForMs, and never shortens it',
    async run(trial) {
      const { time } = trial
      const openFor = async (retryAfterMs: number): Promise<number> => {
        const { open } = openCircuit(trial, { openForMs: 2 * time.unit, maxOpenForMs: 8 * time.unit })
        return (await open({ retryAfterMs })) - time.now()
      }
      holdOpenFor(trial, await openFor(6 * time.unit), 6 * time.unit)
      holdOpenFor(trial, await openFor(100 * time.unit), 8 * time.unit)
      holdOpenFor(trial, await openFor(1), 2 * time.unit)
    },
  },
]
