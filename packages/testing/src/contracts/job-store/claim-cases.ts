import type { JobStore } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { holdSameJob, openDesk, terminalStates } from './desk.ts'

/** Who runs a job. */
export const claimCases: readonly ContractCase<JobStore>[] = [
  {
    name: 'claim gives a job with owner, lease and heartbeat set, attempt and version one higher, and keeps it so',
    async run(trial) {
      const { create, take, find, claim } = openDesk(trial)
      const job = await create({ progress: { message: 'before' } })
      await trial.time.pass(trial.time.unit)
      const now = trial.time.now()
      const claimed = await take('one', 3_000)
      const { version, attempt } = job
      const change = { owner: 'one', leaseUntil: now + 3_000, heartbeatAt: now, updatedAt: now }
      const expected = { ...job, ...change, version: version + 1, attempt: attempt + 1 }
      holdSameJob(trial, claimed, expected, 'the job that claim gives')
      holdSameJob(trial, await find(job.id), expected, 'the job that get gives')
      holdEqual(await claim('one'), undefined, 'what the owner claims when there is no other')
      holdEqual(await claim('two'), undefined, 'what another claims when there is no other')
    },
  },
  {
    name: 'a job is given to another when its lease is over, and not before; its old owner can change nothing then',
    async run(trial) {
      const { time } = trial
      const { create, take, claim, update, find } = openDesk(trial)
      await create()
      const over = time.now() + time.unit
      const first = await take('one', time.unit)
      await time.before(over, async () => holdEqual(await claim('two'), undefined, 'what is claimed before'))
      await time.reach(over)
      const second = await take('two')
      holdEqual(
        [second.id, second.owner, second.attempt],
        [first.id, 'two', first.attempt + 1],
        'job, owner and attempt',
      )
      holdEqual(await update(first, { state: 'completed' }), false, 'the answer to the old owner')
      holdEqual((await find(first.id)).owner, 'two', 'the owner of the job')
    },
  },
  {
    name: 'an update that moves leaseUntil keeps the job for its owner',
    async run(trial) {
      const { time } = trial
      const { create, take, change, claim } = openDesk(trial)
      await create()
      const job = await take('one', 2 * time.unit)
      await time.pass(time.unit)
      await change(job, { leaseUntil: time.now() + 4 * time.unit, heartbeatAt: time.now() })
      await time.pass(2 * time.unit)
      holdEqual(await claim('two'), undefined, 'what is claimed when the first lease would be over')
      await time.pass(2 * time.unit)
      holdEqual((await claim('two'))?.id, job.id, 'what is claimed when the moved lease is over')
    },
  },
  {
    name: 'claim gives jobs of the named tools only',
    async run(trial) {
      const { create, claim, tool } = openDesk(trial)
      const other = trial.name('other tool')
      const job = await create()
      for (const tools of [[], [other], [tool.slice(0, -1), `${tool} `]]) {
        holdEqual(await claim('one', undefined, tools), undefined, 'what is claimed for other tools')
      }
      holdEqual((await claim('one', undefined, [other, tool]))?.id, job.id, 'what is claimed for two tools')
    },
  },
  {
    name: 'claim gives the job with the smallest createdAt first',
    async run(trial) {
      const { create, take } = openDesk(trial)
      const { unit, now } = trial.time
      const ids = new Map<number, string>()
      for (const age of [2, 5, 1, 4, 3]) ids.set(age, (await create({ createdAt: now() - age * unit })).id)
      const order = []
      for (let count = 0; count < 5; count += 1) order.push((await take('one')).id)
      holdEqual(
        order,
        [5, 4, 3, 2, 1].map((age) => ids.get(age)),
        'the jobs in the order of the claims',
      )
    },
  },
  {
    name: 'a job that waits for input or has ended is not given; one that has its input is',
    async run(trial) {
      const { create, change, claim } = openDesk(trial)
      for (const state of terminalStates) await change(await create(), { state })
      const asking = await change(await create(), { state: 'input_required', inputRequest: 'which?' })
      holdEqual(await claim('one'), undefined, 'what is claimed')
      await change(asking, { state: 'working', input: 'that', owner: undefined, leaseUntil: undefined })
      holdEqual((await claim('one'))?.id, asking.id, 'what is claimed when the input is there')
    },
  },
  {
    name: 'of many claims at once each job goes to one',
    async run(trial) {
      const { create, claim } = openDesk(trial)
      for (let count = 0; count < 10; count += 1) await create()
      const claims = await Promise.all(Array.from({ length: 40 }, (_, index) => claim(`owner ${index}`)))
      const jobs = claims.filter((job) => job !== undefined)
      holdEqual(
        [jobs.length, new Set(jobs.map(({ id }) => id)).size],
        [10, 10],
        'jobs given out of 10, and how many different',
      )
      hold(
        jobs.every(({ attempt }) => attempt === 1),
        'each is in its first attempt',
        jobs.map(({ attempt }) => attempt),
      )
    },
  },
]
