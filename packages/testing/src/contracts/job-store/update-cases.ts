import type { JobChange, JobStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { holdSameJob, openDesk, terminalStates } from './desk.ts'

/** How jobs change. */
export const updateCases: readonly ContractCase<JobStore>[] = [
  {
    name: 'update changes what it names, sets version one higher and updatedAt to now, and leaves the rest',
    async run(trial) {
      const { create, change, find } = openDesk(trial)
      const job = await create({ session: 'a session', metadata: { a: 1 } })
      await trial.time.pass(trial.time.unit)
      const now = trial.time.now()
      const changes: JobChange = {
        state: 'input_required',
        attempt: 3,
        progress: { progress: 0.5, message: 'half' },
        heartbeatAt: now,
        owner: 'one',
        leaseUntil: now + 5_000,
        inputRequest: { question: 'which?' },
        input: null,
        ttlMs: 7_000_000,
        pollIntervalMs: 9,
      }
      const changed = await change(job, changes)
      const expected = { ...job, ...changes, version: job.version + 1, updatedAt: now }
      holdSameJob(trial, changed, expected, 'the job that update gives')
      holdSameJob(trial, await find(job.id), expected, 'the job that get gives')
    },
  },
  {
    name: 'a member that is there and undefined is taken out, one that is missing stays',
    async run(trial) {
      const { create, change, find } = openDesk(trial)
      const full = await change(await create(), {
        owner: 'one',
        leaseUntil: trial.time.now() + 5_000,
        inputRequest: 1,
        input: 2,
      })
      await change(full, { owner: undefined, leaseUntil: undefined, input: undefined })
      const { owner, leaseUntil, inputRequest, input } = await find(full.id)
      holdEqual(
        { owner, leaseUntil, inputRequest, input },
        { owner: undefined, leaseUntil: undefined, inputRequest: 1, input: undefined },
        'its members',
      )
    },
  },
  {
    name: 'an update with another version, or of no job, is answered with false and changes nothing',
    async run(trial) {
      const { create, update, change, find } = openDesk(trial)
      const old = await create()
      const job = await change(old, { attempt: 1 })
      for (const version of [old.version, job.version + 1, 0, -1]) {
        holdEqual(
          await update({ ...job, version }, { attempt: 9 }),
          false,
          `the answer to version ${version} of ${job.version}`,
        )
      }
      holdSameJob(trial, await find(job.id), job, 'the job')
      const unknown = { ...job, id: trial.name('nobody') }
      holdEqual(await update(unknown, { attempt: 9 }), false, 'the answer to an id of no job')
      holdEqual(await trial.store.get(unknown.id, trial.at()), undefined, 'what get answers for it then')
    },
  },
  {
    name: 'a job that has ended never changes again',
    async run(trial) {
      for (const state of terminalStates) {
        const { create, change, update, find, claim } = openDesk(trial)
        const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }
        const ended = await change(await create(), { state, result: { status: 'ok', output: 1, meta } })
        for (const next of ['working', 'completed', 'failed', 'cancelled'] as const) {
          holdEqual(
            await update(ended, { state: next, result: undefined }),
            false,
            `the answer to ${next} after ${state}`,
          )
        }
        holdEqual(await claim('one'), undefined, 'what is claimed')
        holdSameJob(trial, await find(ended.id), ended, 'the job')
      }
    },
  },
  {
    name: 'of many updates of one version at once one is taken',
    async run(trial) {
      const { create, update, find } = openDesk(trial)
      const job = await create()
      const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => update(job, { attempt: index + 1 })))
      const taken = answers.filter((answer) => answer !== false)
      holdEqual(taken.length, 1, 'how many of 30 updates were taken')
      holdEqual((await find(job.id)).attempt, taken[0]?.attempt, 'what the taken one wrote')
    },
  },
  {
    name: 'of many ends at once a job has one',
    async run(trial) {
      const { create, update, find } = openDesk(trial)
      const job = await create()
      const ends = Array.from({ length: 30 }, (_, index) => terminalStates[index % 3] ?? 'failed')
      const answers = await Promise.all(ends.map((state) => update(job, { state, ttlMs: 1e9 })))
      const taken = answers.filter((answer) => answer !== false)
      holdEqual(taken.length, 1, 'how many of 30 ends were taken')
      holdEqual((await find(job.id)).state, taken[0]?.state, 'the state of the job')
    },
  },
  {
    name: 'a record that was given, or taken, is never changed afterwards',
    async run(trial) {
      const { record, change, find, take } = openDesk(trial)
      const own = record()
      const { job } = await trial.store.create(own, trial.at())
      const found = await find(job.id)
      const records = [own, job, found]
      const texts = records.map((one) => JSON.stringify(one))
      const claimed = await take('one')
      await change(claimed, { progress: { message: 'on' }, state: 'completed' })
      holdEqual(
        records.map((one) => JSON.stringify(one)),
        texts,
        'the records from before the update',
      )
      hold((await find(job.id)).version === job.version + 2, 'the job itself has changed')
    },
  },
]
