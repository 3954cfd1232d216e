import type { JobRecord, JobStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { needs } from '../trial.ts'
import { withUncaught } from '../uncaught.ts'
import { holdSameJob, openDesk } from './desk.ts'

/** What is told of a job. */
export const watchCases: readonly ContractCase<JobStore>[] = [
  {
    name: 'with push, watch tells the job after every update and claim from now on, in the order of versions, until it is ended',
    async run(trial) {
      needs(trial.store.supports.push, 'the store has no push')
      const { create, change, take, find } = openDesk(trial)
      const job = await create()
      const seen: JobRecord[] = []
      const stop = trial.store.watch(job.id, (told) => seen.push(told))
      await change(await change(await take('one'), { progress: { progress: 1 } }), { progress: { progress: 2 } })
      const versions = [2, 3, 4].map((step) => job.version + step - 1)
      await trial.eventually(() =>
        holdEqual(
          seen.map(({ version }) => version),
          versions,
          'the versions that were told',
        ),
      )
      holdSameJob(trial, seen.at(-1), await find(job.id), 'the job that was told last')
      stop()
      stop()
      await change(await find(job.id), { state: 'completed' })
      await trial.time.pass(trial.time.unit)
      holdEqual(seen.length, 3, 'what was told when the watch was ended')
    },
  },
  {
    name: 'watch tells the newest version of the job in the end, and never an older one after a newer one',
    async run(trial) {
      const { create, change, take, find } = openDesk(trial)
      const job = await create()
      const seen: number[] = []
      const stop = trial.store.watch(job.id, ({ version }) => seen.push(version))
      let last = await take('one')
      for (let count = 0; count < 10; count += 1) last = await change(last, { progress: { progress: count } })
      last = await change(last, { state: 'completed' })
      await trial.eventually(() => holdEqual(seen.at(-1), last.version, 'the version that was told last'))
      hold(
        seen.every((version, index) => index === 0 || version > (seen[index - 1] ?? 0)),
        'the versions grow',
        seen,
      )
      holdEqual((await find(job.id)).version, last.version, 'the version of the job')
      stop()
    },
  },
  {
    name: 'watch tells nothing of other jobs',
    async run(trial) {
      const { create, change } = openDesk(trial)
      const [job, other] = [await create(), await create()]
      const seen: string[] = []
      const stop = trial.store.watch(job.id, ({ id }) => seen.push(id))
      await change(other, { attempt: 1 })
      await change(job, { attempt: 1 })
      await trial.eventually(() => holdEqual(seen, [job.id], 'the jobs that were told'))
      stop()
    },
  },
  {
    name: 'what a listener throws reaches neither the update nor another listener',
    async run(trial) {
      const { create, change } = openDesk(trial)
      const job = await create()
      const seen: number[] = []
      await withUncaught(async () => {
        const stops = [
          trial.store.watch(job.id, () => {
            throw new Error('thrown by a listener, as the test wants it')
          }),
          trial.store.watch(job.id, ({ version }) => seen.push(version)),
        ]
        let last = job
        for (let count = 0; count < 2; count += 1) {
          last = await change(last, { attempt: count })
          await trial.eventually(() =>
            holdEqual(seen.at(-1), last.version, 'the version that the other listener was told'),
          )
        }
        for (const stop of stops) stop()
      })
    },
  },
]
