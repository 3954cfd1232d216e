import { type BreakerOutcomeKind, type BreakerStore, memoryBreakerStore } from '@headrace/core'
import { createSeededRandom } from '../../seeded-random.ts'
import { holdAborted } from '../aborted.ts'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { needs, type Trial } from '../trial.ts'
import { openCircuit, waitOf } from './circuit.ts'

const dayMs = 86_400_000

/** What holds for the store as a whole. */
export const storeCases: readonly ContractCase<BreakerStore>[] = [
  {
    name: 'each key has a breaker of its own, whatever the key is',
    async run(trial) {
      const own = trial.name('breaker')
      const keys = [...hostileNames, ...hostileNames.map((name) => `${own}${name}`)]
      const circuits = keys.map((key) => openCircuit(trial, { openForMs: 1_000 * trial.time.unit }, key))
      for (const { set } of circuits) await set('closed')
      for (const [index, circuit] of circuits.entries()) {
        await circuit.open()
        const next = circuits[index + 1]
        if (next !== undefined) await next.pass()
        await circuit.set('closed')
      }
    },
  },
  {
    name: 'it judges any row of outcomes as the breaker in memory does',
    async run(trial) {
      for (let seed = 1; seed <= 5; seed += 1) await holdLikeMemory(trial, seed)
    },
  },
  {
    name: 'a signal that is aborted already makes no method hang',
    async run(trial) {
      const { store } = trial
      const { key, rules } = openCircuit(trial)
      const outcome = { generation: 1, kind: 'ignored' as BreakerOutcomeKind, slow: false, reporter: 'one' }
      await holdAborted(trial, [
        ['admit', (options) => store.admit(key, rules, options)],
        ['record', (options) => store.record(key, rules, outcome, options)],
        ['renew', (options) => store.renew(key, 'probe', options)],
        ['set', (options) => store.set(key, 'closed', options)],
      ])
    },
  },
  {
    name: 'a store with a clock of its own goes by it, whatever time it is told',
    async run(trial) {
      needs(trial.time.clock === 'server', 'the store goes by the time that it is told')
      const { store, time } = trial
      const { key, rules, open } = openCircuit(trial, { openForMs: 20 * time.unit })
      await open()
      for (const now of [time.now() + dayMs, time.now() - dayMs]) {
        const admission = await store.admit(key, rules, { now })
        hold(!admission.admitted, 'a call whose caller has another time is rejected while it is open', admission)
        hold(waitOf(admission) <= rules.openForMs * 1.1, 'retryAfterMs is no more than the time open', admission)
      }
    },
  },
  {
    name: 'a store that is shared keeps one breaker for all, and tells the others',
    async run(trial) {
      needs(trial.canReopen, 'the store is not shared')
      const [one, two] = [trial, { ...trial, store: await trial.reopen() }]
      const key = trial.name('breaker')
      const seen: string[] = []
      const stop = two.store.watch((view) => {
        if (view.key === key) seen.push(view.state)
      })
      const [here, there] = [openCircuit(one, {}, key), openCircuit(two, {}, key)]
      await here.run('failure', 'failure')
      holdEqual(await there.run('failure'), 'open', 'the state after failures here and there')
      await here.reject()
      await trial.eventually(() => holdEqual(seen, ['open'], 'what is told there'))
      await here.set('isolated')
      await there.reject()
      await trial.eventually(() => holdEqual(two.store.peek(key)?.state, 'isolated', 'the state that peek knows there'))
      stop()
    },
  },
]

/** Runs one random row of calls through the store and through the breaker in memory. */
async function holdLikeMemory(trial: Trial<BreakerStore>, seed: number): Promise<void> {
  const random = createSeededRandom(seed)
  const extra = {
    consecutiveFailures: 3 + Math.floor(random() * 3),
    failureRate: 0.3 + random() * 0.4,
    minimumCalls: 4,
    windowCalls: 4 + Math.floor(random() * 8),
    slowCallMs: 10,
    slowCallRate: 0.7,
    openForMs: 1_000 * trial.time.unit,
  }
  const key = trial.name('breaker')
  const tested = openCircuit(trial, extra, key)
  const model = openCircuit({ ...trial, store: memoryBreakerStore() }, extra, key)
  const told: string[] = []
  for (let count = 0; count < 40; count += 1) {
    const kind = randomKind(random)
    const slow = random() < 0.4
    told.push(slow ? `slow ${kind}` : kind)
    const { state } = await tested.call(kind, { slow })
    const expected = await model.call(kind, { slow })
    holdEqual(state, expected.state, `the state under ${JSON.stringify(extra)} after ${told.join(', ')}`)
    if (state === 'open') for (const { set } of [tested, model]) await set('closed')
  }
}

function randomKind(random: () => number): BreakerOutcomeKind {
  if (random() < 0.5) return 'failure'
  return random() < 0.8 ? 'success' : 'ignored'
}
