import type { BreakerStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { holdOpenFor, openCircuit } from './circuit.ts'

/** What is done with outcomes that come late, and with states that are set by hand. */
export const generationCases: readonly ContractCase<BreakerStore>[] = [
  {
    name: 'an outcome of an older generation changes nothing, be it a success or a failure',
    async run(trial) {
      const { pass, openAndWait, probe, end, run } = openCircuit(trial)
      const old = [await pass(), await pass(), await pass(), await pass(), await pass()]
      await openAndWait()
      const probing = await probe()
      for (const kind of ['success', 'failure'] as const) {
        const { state } = await end(old.pop() ?? probing, kind)
        holdEqual(state, 'half-open', `the state after a ${kind} from before it opened`)
      }
      await end(probing, 'success')
      await run('failure', 'failure')
      holdEqual(
        (await end(old.pop() ?? probing, 'failure')).state,
        'closed',
        'the state after a failure from before it opened, with two newer ones',
      )
      await end(old.pop() ?? probing, 'success')
      holdEqual(await run('failure'), 'open', 'the state after a third failure in a row, with an old success before it')
    },
  },
  {
    name: 'a failure that arrives while it is open neither opens it again nor lengthens its time',
    async run(trial) {
      const { time } = trial
      const { pass, open, end, reject, probe } = openCircuit(trial, { openForMs: 3 * time.unit })
      const [first, second] = [await pass(), await pass()]
      const until = await open()
      await time.pass(time.unit)
      const { generation } = await end(first, 'failure', { retryAfterMs: 50 * time.unit })
      holdEqual((await end(second, 'failure')).generation, generation, 'the generation after one more failure')
      const { retryAfterMs } = await reject()
      const lag = time.clock === 'server' ? 10 : 1
      hold(time.now() + (retryAfterMs ?? 0) <= until + lag, 'it takes its first probe when it first said', {
        until,
        retryAfterMs,
      })
      await time.reach(until + lag)
      await probe()
    },
  },
  {
    name: 'the generation grows with every change of state',
    async run(trial) {
      const { openAndWait, call, probe, end, set } = openCircuit(trial)
      const seen = [(await call('success')).generation]
      await openAndWait()
      const probing = await probe()
      seen.push(probing.generation, (await end(probing, 'success')).generation)
      for (const state of ['isolated', 'disabled', 'closed'] as const) seen.push((await set(state)).generation)
      const isGrowing = seen.every((generation, index) => generation > (seen[index - 1] ?? Number.NEGATIVE_INFINITY))
      hold(isGrowing, 'each generation is greater than the one before', seen)
    },
  },
  {
    name: 'failures reported at once open it once',
    async run(trial) {
      const { pass, end, reject } = openCircuit(trial)
      const passes = await Promise.all(Array.from({ length: 30 }, pass))
      const views = await Promise.all(passes.map((one) => end(one, 'failure')))
      const generations = new Set(views.filter(({ state }) => state === 'open').map(({ generation }) => generation))
      holdEqual(generations.size, 1, 'the generations under which it was open')
      await reject()
    },
  },
  {
    name: 'isolated by hand it rejects every call and can tell no time, also where its rules only observe',
    async run(trial) {
      const { set, reject, pass, end } = openCircuit(trial)
      const early = await pass()
      const { key, state } = await set('isolated')
      holdEqual(state, 'isolated', 'the state of the view that set gives')
      await end(early, 'success')
      await trial.time.pass(2 * trial.time.unit)
      const rejection = await reject()
      holdEqual(
        [rejection.state, rejection.retryAfterMs],
        ['isolated', undefined],
        'state and retryAfterMs of the rejection',
      )
      const observing = openCircuit(trial, { observe: true }, key)
      await observing.reject()
    },
  },
  {
    name: 'disabled by hand it admits every call, whatever fails',
    async run(trial) {
      const { set, call, admit, open } = openCircuit(trial)
      await open()
      holdEqual((await set('disabled')).state, 'disabled', 'the state of the view that set gives')
      for (let count = 0; count < 5; count += 1) {
        holdEqual((await call('failure')).state, 'disabled', 'the state after a failure')
      }
      hold((await admit()).admitted, 'the call is admitted')
    },
  },
  {
    name: 'closed by hand it admits every call and has forgotten what it counted',
    async run(trial) {
      const { time } = trial
      const { set, run, open, rules } = openCircuit(trial)
      await run('failure', 'failure')
      await set('closed')
      holdEqual(await run('failure', 'failure'), 'closed', 'the state after two failures, where three open it')
      holdEqual(await run('failure'), 'open', 'the state after three')
      holdEqual((await set('closed')).state, 'closed', 'the state of the view that set gives')
      holdOpenFor(trial, (await open()) - time.now(), rules.openForMs)
    },
  },
  {
    name: 'where its rules only observe, it judges and tells, and rejects no call',
    async run(trial) {
      const { run, admit } = openCircuit(trial, { observe: true })
      holdEqual(await run('failure', 'failure', 'failure'), 'open', 'the state after three failures')
      hold((await admit()).admitted, 'the call is admitted while it is open')
      await trial.time.pass(2 * trial.time.unit)
      const both = [await admit(), await admit()]
      hold(
        both.every(({ admitted }) => admitted),
        'a probe and a call beside it are admitted',
        both,
      )
    },
  },
]
