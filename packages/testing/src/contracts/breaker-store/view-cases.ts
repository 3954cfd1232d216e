import type { BreakerStore, BreakerView } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { withUncaught } from '../uncaught.ts'
import { openCircuit } from './circuit.ts'

/** What a store shows of its breakers. */
export const viewCases: readonly ContractCase<BreakerStore>[] = [
  {
    name: 'peek knows nothing of a breaker that never judged anything',
    async run(trial) {
      const { key, admit, call } = openCircuit(trial)
      await admit()
      await call('ignored')
      holdEqual(trial.store.peek(key), undefined, 'what peek knows after an admission and an ignored outcome')
    },
  },
  {
    name: 'peek answers at once, with nothing older than what record and set have answered here',
    async run(trial) {
      const { key, call, open, set } = openCircuit(trial)
      const peek = (): BreakerView | undefined => trial.store.peek(key)
      await call('success')
      holdEqual(peek()?.state, 'closed', 'the state that peek knows after a success')
      const until = await open({ cause: 'HTTP 500' })
      const view = peek()
      holdEqual(
        [view?.key, view?.state, view?.cause],
        [key, 'open', 'HTTP 500'],
        'key, state and cause that peek knows',
      )
      const off = (view?.openUntil ?? 0) - until
      hold(
        Math.abs(off) <= (trial.time.clock === 'server' ? 50 : 1),
        'openUntil is when the rejected calls may come again',
        off,
      )
      for (const state of ['isolated', 'disabled', 'closed'] as const) {
        await set(state)
        holdEqual(peek()?.state, state, 'the state that peek knows after it was set by hand')
      }
    },
  },
  {
    name: 'a view is plain data that never changes afterwards, and whoever writes on it changes no breaker',
    async run(trial) {
      const { store } = trial
      const { key, call, open, set, reject } = openCircuit(trial)
      const views = [await call('success')]
      await open()
      views.push(store.peek(key) ?? (await set('closed')))
      const texts = views.map((view) => JSON.stringify(view))
      await set('isolated')
      holdEqual(
        views.map((view) => JSON.stringify(view)),
        texts,
        'the views from before',
      )
      const view = await set('isolated')
      Reflect.set(view, 'state', 'closed')
      Reflect.set(store.peek(key) ?? {}, 'state', 'closed')
      holdEqual(store.peek(key)?.state, 'isolated', 'the state that peek knows after somebody wrote on a view')
      holdEqual((await reject()).state, 'isolated', 'the state after somebody wrote on a view')
    },
  },
  {
    name: 'watch tells every change of state, in order, until it is ended',
    async run(trial) {
      const { key, call, openAndWait, probe, end, set } = openCircuit(trial)
      const seen: string[] = []
      const stop = trial.store.watch((view) => {
        if (view.key === key) seen.push(view.state)
      })
      await call('success')
      await openAndWait()
      await end(await probe(), 'success')
      await set('isolated')
      const states = ['open', 'half-open', 'closed', 'isolated']
      await trial.eventually(() => holdEqual(seen, states, 'the states that were told'))
      stop()
      stop()
      await set('closed')
      await trial.time.pass(trial.time.unit)
      holdEqual(seen, states, 'the states that were told, after the watch was ended')
    },
  },
  {
    name: 'a listener that watches twice is told twice, and each watch is ended on its own',
    async run(trial) {
      const { key, set } = openCircuit(trial)
      const seen: string[] = []
      const listener = (view: BreakerView): void => {
        if (view.key === key) seen.push(view.state)
      }
      const stops = [trial.store.watch(listener), trial.store.watch(listener)]
      await set('isolated')
      await trial.eventually(() => holdEqual(seen, ['isolated', 'isolated'], 'the states that were told'))
      stops[0]?.()
      await set('disabled')
      await trial.eventually(() =>
        holdEqual(seen.slice(2), ['disabled'], 'the states that were told after one watch was ended'),
      )
      stops[1]?.()
    },
  },
  {
    name: 'what a listener throws reaches neither the caller nor another listener',
    async run(trial) {
      const { key, call, open } = openCircuit(trial)
      const seen: string[] = []
      await withUncaught(async () => {
        const stops = [
          trial.store.watch(() => {
            throw new Error('thrown by a listener, as the test wants it')
          }),
          trial.store.watch((view) => {
            if (view.key === key) seen.push(view.state)
          }),
        ]
        await call('success')
        await open()
        await trial.eventually(() => holdEqual(seen, ['open'], 'the states that the other listener was told'))
        for (const stop of stops) stop()
      })
    },
  },
]
