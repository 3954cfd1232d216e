import type { JobStore } from '@headrace/core'
import { holdAborted } from '../aborted.ts'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { needs } from '../trial.ts'
import { holdSameJob, openDesk } from './desk.ts'

const hourMs = 3_600_000

/** What holds for the store as a whole. */
export const storeCases: readonly ContractCase<JobStore>[] = [
  {
    name: 'supports says of durable, shared and push whether they are there',
    async run({ store: { supports } }) {
      const { durable, shared, push } = supports
      holdEqual(
        [typeof durable, typeof shared, typeof push],
        ['boolean', 'boolean', 'boolean'],
        'the types of its members',
      )
    },
  },
  {
    name: 'what is durable is there when the store is opened again: jobs, their keys, leases and ends',
    async run(trial) {
      needs(trial.store.supports.durable, 'the store is not durable')
      const { time, at } = trial
      const { create, take, change, record, tool } = openDesk(trial)
      const held = await create({ createdAt: time.now() - 2 })
      const lease = await take('one', 3 * time.unit)
      const ended = await change(await create(), { state: 'completed', ttlMs: 3 * time.unit })
      const free = await create({ metadata: { a: [1] } })
      const over = time.now() + 3 * time.unit
      const store = await trial.reopen()
      const claim = (owner: string) => store.claim(owner, 100 * time.unit, { ...at(), tools: [tool] })
      holdSameJob(trial, await store.get(free.id, at()), free, 'the job')
      const again = await store.create(record({ idempotencyKey: free.idempotencyKey }), at())
      holdEqual([again.created, again.job.id], [false, free.id], 'what create answers for its idempotency key')
      holdEqual((await claim('two'))?.id, free.id, 'the job that is free')
      holdEqual(await claim('two'), undefined, 'what is claimed while the other is held')
      holdEqual(await store.update(held.id, held.version, { attempt: 5 }, at()), false, 'the answer to an old version')
      await time.reach(over)
      const taken = await claim('two')
      holdEqual(
        [taken?.id, taken?.version],
        [lease.id, lease.version + 1],
        'the job whose lease is over, and its version',
      )
      holdEqual(await store.get(ended.id, at()), undefined, 'what get answers for a job whose time is over')
    },
  },
  {
    name: 'what is shared is one store for all: a job goes to one, an update is seen and told by the others',
    async run(trial) {
      needs(trial.store.supports.shared, 'the store is not shared')
      const { at, time } = trial
      const other = await trial.reopen()
      const { create, change, tool, find } = openDesk(trial)
      for (let count = 0; count < 6; count += 1) await create()
      const claims = await Promise.all(
        Array.from({ length: 20 }, async (_, index) =>
          (index % 2 === 0 ? trial.store : other).claim(`owner ${index}`, 100 * time.unit, { ...at(), tools: [tool] }),
        ),
      )
      const jobs = claims.filter((job) => job !== undefined)
      holdEqual(
        [jobs.length, new Set(jobs.map(({ id }) => id)).size],
        [6, 6],
        'jobs given out of 6, and how many different',
      )
      const job = await create()
      const seen: number[] = []
      const stop = other.watch(job.id, ({ version }) => seen.push(version))
      const changed = await change(job, { state: 'completed' })
      holdSameJob(trial, await other.get(job.id, at()), changed, 'the job that the other gives')
      await trial.eventually(() => holdEqual(seen, [changed.version], 'the versions that the other tells'))
      holdEqual(
        await other.update(job.id, changed.version, { attempt: 9 }, at()),
        false,
        'the answer of the other when it has ended',
      )
      holdEqual((await find(job.id)).attempt, 0, 'the attempt of the job')
      stop()
    },
  },
  {
    name: 'a store with a clock of its own judges leases and ends by it, whatever time it is told',
    async run(trial) {
      needs(trial.time.clock === 'server', 'the store goes by the time that it is told')
      const { store, time } = trial
      const { create, tool, take, change } = openDesk(trial)
      const job = await create()
      await take('one', 10 * time.unit)
      for (const now of [time.now() + hourMs, time.now() - hourMs]) {
        const claimed = await store.claim('two', 10, { now, tools: [tool] })
        holdEqual(claimed, undefined, 'what is claimed by one with another time')
        const ended = await change(await create(), { state: 'completed' })
        const found = await store.get(ended.id, { now })
        hold(found !== undefined, 'a job that has just ended is there for one with another time')
      }
      const lease = await store.get(job.id, { now: time.now() + hourMs })
      const leftMs = (lease?.leaseUntil ?? 0) - time.now() - hourMs
      hold(leftMs > 0 && leftMs <= 10 * time.unit, 'leaseUntil is told by the clock of whoever asks', leftMs)
    },
  },
  {
    name: 'a signal that is aborted already makes no method hang',
    async run(trial) {
      const { store } = trial
      const { create, record, tool } = openDesk(trial)
      const { id, version } = await create()
      await holdAborted(trial, [
        ['create', (options) => store.create(record(), options)],
        ['get', (options) => store.get(id, options)],
        ['update', (options) => store.update(id, version, { attempt: 1 }, options)],
        ['claim', (options) => store.claim('one', 10, { ...options, tools: [tool] })],
      ])
    },
  },
]
