import type { JobStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { deepFrozen, jsonSamples } from '../json-samples.ts'
import { holdSameJob, openDesk, terminalStates } from './desk.ts'

/** How jobs come, and how they go. */
export const createCases: readonly ContractCase<JobStore>[] = [
  {
    name: 'create keeps the job as it is given, with all its members, and get gives it',
    async run(trial) {
      const { record, create, find, get } = openDesk(trial)
      const now = trial.time.now()
      const plain = record()
      holdSameJob(trial, await create(plain), plain, 'the job that create gives')
      holdSameJob(trial, await find(plain.id), plain, 'the job that get gives')
      const full = record({
        session: 'a session',
        metadata: deepFrozen({ text: 'é💥', list: [1, null, { '': {} }], empty: [] }),
        priority: -3,
        deadline: now + 5,
        policy: deepFrozen({ timeout: { total: 1e9 }, retry: false }),
        arguments: '{"":{"__proto__":1,"a":[1,"é"]}}',
        progress: { progress: 1, total: 2, message: '' },
        mayRepeat: false,
      })
      holdSameJob(trial, await create(full), full, 'the job with all members that create gives')
      holdSameJob(trial, await find(full.id), full, 'the job with all members that get gives')
      holdEqual(await get(trial.name('nobody')), undefined, 'what get answers for an id of no job')
    },
  },
  {
    name: 'every plain JSON value in a job comes back as it was',
    async run(trial) {
      const { create, find, change } = openDesk(trial)
      const { id } = await create({ metadata: deepFrozen({ samples: jsonSamples }) })
      holdEqual((await find(id)).metadata, { samples: jsonSamples }, 'the metadata')
      let job = await create()
      for (const sample of jsonSamples) {
        job = await change(job, { inputRequest: deepFrozen(sample), input: deepFrozen([sample]) })
        const { inputRequest, input } = await find(job.id)
        holdEqual({ inputRequest, input }, { inputRequest: sample, input: [sample] }, 'inputRequest and input')
      }
    },
  },
  {
    name: 'create with the tenant and the idempotency key of a job gives that one and changes nothing',
    async run(trial) {
      const { record, create, find, take, change } = openDesk(trial)
      const old = await create()
      const again = record({ idempotencyKey: old.idempotencyKey, arguments: '{"b":2}' })
      const { created, job } = await trial.store.create(again, trial.at())
      holdEqual(created, false, 'whether it is created')
      holdSameJob(trial, job, old, 'the job that is given')
      holdSameJob(trial, await find(old.id), old, 'the job that was there')
      holdEqual(await trial.store.get(again.id, trial.at()), undefined, 'what get answers for the second job')
      const ended = await change(await take('one'), { state: 'completed' })
      const third = await trial.store.create(record({ idempotencyKey: old.idempotencyKey }), trial.at())
      holdEqual(third.created, false, 'whether it is created when the old one has ended')
      holdSameJob(trial, third.job, ended, 'the job that is given when the old one has ended')
    },
  },
  {
    name: 'one idempotency key of two tenants, or of none, is that of two jobs',
    async run(trial) {
      const idempotencyKey = trial.name('key')
      const tenant = trial.name('tenant')
      const { create, find } = openDesk(trial)
      const tenants = [tenant, `${tenant} `, '', 'undefined', 'null', undefined]
      const jobs = []
      for (const one of tenants) jobs.push(await create({ idempotencyKey, tenant: one }))
      for (const [index, { id }] of jobs.entries())
        holdEqual((await find(id)).tenant, tenants[index], 'the tenant of the job')
    },
  },
  {
    name: 'any text may be an idempotency key, a tenant and a tool, and no two texts are the same',
    async run(trial) {
      const { create, find, claim, tool, tenant } = openDesk(trial)
      const byTool = new Map<string, string>()
      for (const name of hostileNames) {
        const byKey = await create({ idempotencyKey: name })
        const byTenant = await create({ tenant: `${tenant}${name}!`, idempotencyKey: 'key' })
        holdEqual((await find(byKey.id)).idempotencyKey, name, 'the idempotency key')
        holdEqual((await find(byTenant.id)).tenant, `${tenant}${name}!`, 'the tenant')
        byTool.set(name, (await create({ tool: `${tool}${name}!` })).id)
      }
      for (const [name, id] of [...byTool].toReversed()) {
        holdEqual((await claim('one', undefined, [`${tool}${name}!`]))?.id, id, 'the job claimed by its tool')
      }
    },
  },
  {
    name: 'of many who create with one idempotency key at once one does, and all are given its job',
    async run(trial) {
      const { record } = openDesk(trial)
      const idempotencyKey = trial.name('key')
      const answers = await Promise.all(
        Array.from({ length: 30 }, async () => trial.store.create(record({ idempotencyKey }), trial.at())),
      )
      holdEqual(answers.filter(({ created }) => created).length, 1, 'how many of 30 created a job')
      holdEqual(new Set(answers.map(({ job }) => job.id)).size, 1, 'how many jobs they were given')
    },
  },
  {
    name: 'a job is there until ttlMs after the update that ended it, exclusive; then its idempotency key is free',
    async run(trial) {
      const { time } = trial
      for (const state of terminalStates) {
        const { create, change, get } = openDesk(trial)
        const [job, other] = [await create({ ttlMs: time.unit }), await create({ ttlMs: time.unit })]
        await time.pass(time.unit)
        const over = time.now() + time.unit
        for (const one of [job, other]) await change(one, { state })
        await time.before(over, async () => holdEqual((await get(job.id))?.state, state, 'the state of the job before'))
        await time.reach(over)
        holdEqual(await get(job.id), undefined, 'what get answers then')
        const next = await create({ idempotencyKey: other.idempotencyKey })
        hold(next.id !== other.id, 'the next job of an idempotency key is a new one', next.id)
      }
    },
  },
  {
    name: 'the ttlMs of the update that ends a job counts',
    async run(trial) {
      const { time } = trial
      const { create, change, get } = openDesk(trial)
      const [longer, shorter] = [await create({ ttlMs: time.unit }), await create({ ttlMs: 100 * time.unit })]
      await change(longer, { state: 'completed', ttlMs: 100 * time.unit })
      await change(shorter, { state: 'failed', ttlMs: time.unit })
      await time.pass(time.unit)
      holdEqual((await get(longer.id))?.id, longer.id, 'the job whose life was made longer')
      holdEqual(await get(shorter.id), undefined, 'the job whose life was made shorter')
    },
  },
  {
    name: 'a job that has not ended stays, however long that takes',
    async run(trial) {
      const { time } = trial
      const { create, change, find } = openDesk(trial)
      const job = await create({ ttlMs: 1 })
      const asking = await change(await create({ ttlMs: 1 }), { state: 'input_required' })
      await time.pass(2 * time.unit)
      holdEqual(
        [(await find(job.id)).state, (await find(asking.id)).state],
        ['working', 'input_required'],
        'their states',
      )
    },
  },
]
