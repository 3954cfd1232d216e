import type { BreakerStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { holdOpenFor, openCircuit, waitOf } from './circuit.ts'

/** What a half-open breaker does with its probes. */
export const probeCases: readonly ContractCase<BreakerStore>[] = [
  {
    name: 'when its time open is over, and not before, it gives a probe, under a newer generation',
    async run(trial) {
      const { pass, open, reject, probe } = openCircuit(trial)
      const { generation } = await pass()
      const until = await open()
      await trial.time.before(until, async () => void (await reject()))
      await trial.time.reach(until)
      const probing = await probe()
      hold(probing.generation > generation, 'the generation of a probe is newer', generation, probing.generation)
    },
  },
  {
    name: 'it gives at most permits probes at a time, each of its own name, and rejects the rest as half-open',
    async run(trial) {
      const { openAndWait, probe, reject, end } = openCircuit(trial, { permits: 2, successes: 5 })
      await openAndWait()
      const [first, second] = [await probe(), await probe()]
      hold(first.probe !== second.probe, 'two probes have two names', first.probe)
      const rejection = await reject()
      holdEqual(rejection.state, 'half-open', 'the state that a third call is told')
      waitOf(rejection)
      await end(first, 'success')
      await probe()
      await reject()
    },
  },
  {
    name: 'of many calls that come at once no more than permits become probes',
    async run(trial) {
      const { openAndWait, admit } = openCircuit(trial, { permits: 3 })
      await openAndWait()
      const admissions = await Promise.all(Array.from({ length: 40 }, admit))
      const probes = admissions.flatMap((admission) => (admission.admitted ? [admission.probe] : []))
      holdEqual(probes.length, 3, 'the calls admitted out of 40')
      holdEqual(new Set(probes).size, 3, 'the names of their probes')
    },
  },
  {
    name: 'it closes when as many probes as successes says have succeeded, with nothing counted',
    async run(trial) {
      const { openAndWait, call, run } = openCircuit(trial, { successes: 2 })
      await openAndWait()
      holdEqual((await call('success')).state, 'half-open', 'the state after one of two successes')
      holdEqual((await call('success')).state, 'closed', 'the state after the second success')
      holdEqual(await run('failure', 'failure'), 'closed', 'the state after two failures, where three open it')
      holdEqual(await run('failure'), 'open', 'the state after the third failure')
    },
  },
  {
    name: 'the first failure of a probe opens it again, each time for twice as long, at most for maxOpenForMs',
    async run(trial) {
      const { time } = trial
      const { openAndWait, probe, end, reject } = openCircuit(trial, {
        maxOpenForMs: 3 * time.unit,
        permits: 2,
        successes: 2,
      })
      await openAndWait()
      await end(await probe(), 'success')
      const spare = await probe()
      holdEqual((await end(await probe(), 'failure')).state, 'open', 'the state after a probe that failed')
      const second = waitOf(await reject())
      holdOpenFor(trial, second, 2 * time.unit)
      holdEqual((await end(spare, 'success')).state, 'open', 'the state after the other probe of that generation')
      await time.pass(second)
      await end(await probe(), 'failure')
      holdOpenFor(trial, waitOf(await reject()), 3 * time.unit)
    },
  },
  {
    name: 'the growth of the time open is forgotten once it was closed for as long as it was last open, and not before',
    async run(trial) {
      const { time } = trial
      const rules = { openForMs: 2 * time.unit }
      const early = openCircuit(trial, rules)
      await early.openAndWait()
      await early.call('success')
      holdOpenFor(trial, (await early.open()) - time.now(), 4 * time.unit)
      const late = openCircuit(trial, rules)
      await late.openAndWait()
      await late.call('success')
      await time.pass(2.3 * time.unit)
      holdOpenFor(trial, (await late.open()) - time.now(), 2 * time.unit)
    },
  },
  {
    name: 'an ignored probe judges nothing and gives its permit back',
    async run(trial) {
      const { openAndWait, probe, reject, end } = openCircuit(trial)
      await openAndWait()
      holdEqual((await end(await probe(), 'ignored')).state, 'half-open', 'the state after an ignored probe')
      await probe()
      await reject()
    },
  },
  {
    name: 'a probe that takes probeTimeoutMs loses its permit, and its end counts nothing',
    async run(trial) {
      const { time } = trial
      const { openAndWait, probe, reject, end } = openCircuit(trial, { probeTimeoutMs: 2 * time.unit })
      await openAndWait()
      const slow = await probe()
      const until = time.now() + 2 * time.unit
      await time.before(until, async () => void (await reject()))
      await time.reach(until)
      const next = await probe()
      holdEqual(
        (await end(slow, 'failure')).state,
        'half-open',
        'the state after a failure of the probe that lost its permit',
      )
      holdEqual(
        (await end(slow, 'success')).state,
        'half-open',
        'the state after a success of the probe that lost its permit',
      )
      await reject()
      holdEqual((await end(next, 'success')).state, 'closed', 'the state after the success of the next probe')
    },
  },
  {
    name: 'an outcome under a name that no probe has counts nothing while it is half-open',
    async run(trial) {
      const { openAndWait, probe, end } = openCircuit(trial)
      await openAndWait()
      const probing = await probe()
      for (const name of ['no probe of ours', undefined]) {
        for (const kind of ['failure', 'success'] as const) {
          const { state } = await end({ ...probing, probe: name }, kind)
          holdEqual(state, 'half-open', `the state after a ${kind} of a call that was no probe`)
        }
      }
      holdEqual((await end(probing, 'success')).state, 'closed', 'the state after the success of the probe')
      holdEqual((await end(probing, 'failure')).state, 'closed', 'the state after a second report of that probe')
    },
  },
  {
    name: 'half-open for maxHalfOpenMs, it opens again',
    async run(trial) {
      const { time } = trial
      const { openAndWait, probe, reject, end } = openCircuit(trial, { maxHalfOpenMs: 2 * time.unit })
      await openAndWait()
      const late = await probe()
      const until = time.now() + 2 * time.unit
      await time.before(until, async () => holdEqual((await reject()).state, 'half-open', 'the state before that time'))
      await time.reach(until)
      holdEqual((await reject()).state, 'open', 'the state when it was half-open for so long')
      holdEqual((await end(late, 'success')).state, 'open', 'the state after a success of the probe from before')
    },
  },
  {
    name: 'a slow probe counts as a failure where slow calls are judged, and as a success where they are not',
    async run(trial) {
      for (const [slowCallMs, state] of [
        [10, 'open'],
        [undefined, 'closed'],
      ] as const) {
        const { openAndWait, call } = openCircuit(trial, { slowCallMs })
        await openAndWait()
        const after = await call('success', { slow: true })
        holdEqual(after.state, state, `the state after a slow probe where slowCallMs is ${slowCallMs}`)
      }
    },
  },
  {
    name: 'renew keeps the permit of a probe, but not beyond probeTimeoutMs, and tells whether it is still held',
    async run(trial) {
      const { store, time, at } = trial
      const { key, openAndWait, probe, end } = openCircuit(trial, { probeTimeoutMs: 2 * time.unit })
      const renew = async (name: string, of = key): Promise<boolean> => store.renew(of, name, at())
      await openAndWait()
      const first = await probe()
      const until = time.now() + 2 * time.unit
      holdEqual(await renew(first.probe), true, 'renewing a probe that runs')
      holdEqual(await renew('no probe of ours'), false, 'renewing under a name that no probe has')
      holdEqual(await renew(first.probe, trial.name('other')), false, 'renewing the probe under another key')
      await time.before(until, async () =>
        holdEqual(await renew(first.probe), true, 'renewing a probe before its time is over'),
      )
      await time.reach(until)
      holdEqual(await renew(first.probe), false, 'renewing a probe after probeTimeoutMs')
      const second = await probe()
      await end(second, 'ignored')
      holdEqual(await renew(second.probe), false, 'renewing a probe that has ended')
    },
  },
]
