import type { Limiter } from '@headrace/core'
import { holdAborted } from '../aborted.ts'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { needs, type Trial } from '../trial.ts'
import { withUncaught } from '../uncaught.ts'
import { openMeter, permit, rate } from './meter.ts'

const hourMs = 3_600_000

/** What holds for the limiter as a whole. */
export const storeCases: readonly ContractCase<Limiter>[] = [
  {
    name: 'supports says of concurrency, slidingWindow and shared whether they are there',
    async run({ store: { supports } }) {
      const { concurrency, slidingWindow, shared } = supports
      holdEqual(
        [typeof concurrency, typeof slidingWindow, typeof shared],
        ['boolean', 'boolean', 'boolean'],
        'the types of its members',
      )
    },
  },
  {
    name: 'watch tells the keys whose permits have become free, when they can be taken, until it is ended',
    async run(trial) {
      const watch = watchOf(trial)
      const { take, release, crowd } = openMeter(trial)
      const [one, two] = [permit(trial, trial.name('one')), permit(trial, trial.name('two'))]
      const seen: string[] = []
      const stop = watch((key) => seen.push(key))
      const lease = await take(one, two)
      await release(lease)
      const keys = [one.key, two.key].toSorted()
      await trial.eventually(() =>
        holdEqual(seen.filter((key) => keys.includes(key)).toSorted(), keys, 'the keys that were told'),
      )
      holdEqual(await crowd(3, one, two), 1, 'how many are granted when it was told')
      stop()
      stop()
      const last = await take(permit(trial, one.key, 2))
      await release(last)
      await trial.time.pass(trial.time.unit)
      holdEqual(seen.filter((key) => keys.includes(key)).length, 2, 'what was told when the watch was ended')
    },
  },
  {
    name: 'what a listener throws reaches neither the release nor another listener',
    async run(trial) {
      const watch = watchOf(trial)
      const { take, release } = openMeter(trial)
      const request = permit(trial, trial.name('permit'))
      const seen: string[] = []
      await withUncaught(async () => {
        const stops = [
          watch(() => {
            throw new Error('thrown by a listener, as the test wants it')
          }),
          watch((key) => seen.push(key)),
        ]
        for (let count = 1; count <= 2; count += 1) {
          await release(await take(request))
          const told = (): number => seen.filter((key) => key === request.key).length
          await trial.eventually(() => holdEqual(told(), count, 'how often the other listener was told'))
        }
        for (const stop of stops) stop()
      })
    },
  },
  {
    name: 'what is shared is one limiter for all: rates, permits, leases and cooldowns',
    async run(trial) {
      needs(trial.store.supports.shared, 'the limiter is not shared')
      const { time } = trial
      const other = await trial.reopen()
      const [here, there] = [openMeter(trial), openMeter(trial, other)]
      const wide = rate(trial, trial.name('rate'), { limit: 6, perMs: 1_000 * time.unit })
      const granted = await Promise.all([here.crowd(20, wide), there.crowd(20, wide)])
      holdEqual(granted[0] + granted[1], 6, 'how many of 40 are granted here and there')
      const cooled = rate(trial, trial.name('rate'))
      await trial.store.cooldown(cooled.key, time.now() + 100 * time.unit, trial.at())
      await there.refuse(cooled)
      if (!trial.store.supports.concurrency) return
      const request = permit(trial, trial.name('permit'))
      const lease = await here.take(request)
      await there.refuse(request)
      holdEqual(await there.renew(lease), true, 'renewing there what was granted here')
      await there.release(lease)
      await here.take(request)
    },
  },
  {
    name: 'a limiter with a clock of its own goes by it, whatever time it is told',
    async run(trial) {
      needs(trial.time.clock === 'server', 'the limiter goes by the time that it is told')
      const { time, store } = trial
      const { take } = openMeter(trial)
      const request = rate(trial, trial.name('rate'), { perMs: 10 * time.unit })
      const cooled = rate(trial, trial.name('rate'))
      await take(request)
      await store.cooldown(cooled.key, time.now() + hourMs + 2 * time.unit, { now: time.now() + hourMs })
      for (const now of [time.now() + hourMs, time.now() - hourMs]) {
        for (const one of [request, cooled]) {
          const decision = await store.acquire([one], { now })
          hold(!decision.granted, 'one with another time is refused', decision)
          hold(decision.retryAfterMs <= 10 * time.unit, 'retryAfterMs is that of the limit', decision)
        }
      }
      await time.pass(2 * time.unit)
      await take(cooled)
    },
  },
  {
    name: 'a signal that is aborted already makes no method hang',
    async run(trial) {
      const { store } = trial
      await holdAborted(trial, [
        ['acquire', (options) => store.acquire([rate(trial, trial.name('rate'))], options)],
        ['renew', (options) => store.renew('lease', options)],
        ['release', (options) => store.release('lease', { ...options, refund: false })],
        ['cooldown', (options) => store.cooldown(trial.name('rate'), 1, options)],
      ])
    },
  },
]

function watchOf({ store }: Trial<Limiter>): (listener: (key: string) => void) => () => void {
  needs(store.supports.concurrency, 'the limiter supports no concurrency')
  needs(store.watch !== undefined, 'the limiter cannot be watched')
  return (listener) => store.watch?.(listener) ?? (() => {})
}
