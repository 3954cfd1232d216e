import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { sleep, writeTool } from '../fixture/tools.ts'
import { slowStore } from './job-stores.ts'

const open = (options: Parameters<typeof openRuntime>[0] = {}) => {
  const runs: unknown[] = []
  const stage = openRuntime({
    ...options,
    tools: ['render', 'other'].map((name) =>
      writeTool(name, async (args) => {
        runs.push(args)
        await sleep(stage.clock, 100)
        return runs.length
      }),
    ),
  })
  const submit = (args: unknown, { tool = 'render', ...rest }: { tool?: string; key?: string; tenant?: string } = {}) =>
    stage.runtime.submit({ tool, arguments: args }, { idempotencyKey: rest.key, tenant: rest.tenant })
  return { ...stage, runs, submit }
}

describe('jobs: idempotency', () => {
  it('gives the same job for the same key, tool and arguments, while it runs and after its end', async () => {
    const { clock, submit, runs } = open()
    const first = await submit({ q: 'x', n: 1 }, { key: 'k' })
    await clock.advance(50)
    const second = await submit({ n: 1, q: 'x' }, { key: 'k' })
    await clock.advance(50)
    const third = await submit('{ "n": 1.0, "q": "x" }', { key: 'k' })
    expect([second.id, third.id, runs.length]).toEqual([first.id, first.id, 1])
    expect(await third.get()).toMatchObject({ state: 'completed', result: { output: 1 } })
  })

  it('is over with the time that the job is kept', async () => {
    const { clock, submit, runs } = open({ jobs: { ttlMs: 1_000 } })
    const first = await submit({}, { key: 'k' })
    await clock.advance(1_099)
    expect((await submit({}, { key: 'k' })).id).toBe(first.id)
    await clock.advance(1)
    expect((await submit({ other: true }, { key: 'k' })).id).not.toBe(first.id)
    await clock.advance(0)
    expect(runs.length).toBe(2)
  })

  it('refuses other arguments and another tool with the same key', async () => {
    const { submit, runs, clock } = open()
    await submit({ q: 'x' }, { key: 'k' })
    for (const again of [submit({ q: 'y' }, { key: 'k' }), submit({ q: 'x' }, { key: 'k', tool: 'other' })]) {
      await expect(again).rejects.toMatchObject({
        name: 'ToolError',
        code: 'IDEMPOTENCY_CONFLICT',
        retryable: false,
        details: { idempotencyKey: 'k' },
      })
    }
    await clock.advance(100)
    expect(runs.length).toBe(1)
  })

  it('is kept apart by tenant', async () => {
    const { submit } = open()
    const jobs = await Promise.all([
      submit({}, { key: 'k' }),
      submit({}, { key: 'k', tenant: 'a' }),
      submit({ n: 2 }, { key: 'k', tenant: 'b' }),
    ])
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(3)
  })

  it('makes a new job of every call without a key', async () => {
    const { submit, runs, clock } = open()
    await Promise.all([submit({}), submit({})])
    await clock.advance(100)
    expect(runs.length).toBe(2)
  })

  it('makes one job of calls that come at the same time, also through a slow store', async () => {
    const clock = createTestClock()
    const { submit, runs } = open({ clock, jobs: slowStore(clock, 20) })
    const submitted = Promise.all([submit({}, { key: 'k' }), submit({}, { key: 'k' })])
    await clock.advance(300)
    const [first, second] = await submitted
    expect([first?.id, runs.length]).toEqual([second?.id, 1])
  })

  it('gives the tool the key of its job, and the same in every job of a key', async () => {
    const keys: string[] = []
    const { clock, runtime } = openRuntime({
      tools: [
        writeTool('render', (_, { idempotencyKey }) => {
          keys.push(idempotencyKey)
        }),
      ],
    })
    for (const idempotencyKey of ['k', undefined, undefined]) {
      await runtime.submit({ tool: 'render', arguments: {} }, { idempotencyKey })
    }
    await clock.advance(0)
    expect([keys[0], new Set(keys).size]).toEqual(['k', 3])
  })
})
