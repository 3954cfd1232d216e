import { type JobStore, memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { type Args, sleep } from '../fixture/tools.ts'
import { meddledStore } from './job-stores.ts'
import { jobTool } from './job-tools.ts'

/** Runtimes that share one store: each can be cut off from it, as a process that hangs is. */
const open = ({ idempotent = true, leaseMs }: { idempotent?: boolean; leaseMs?: number } = {}) => {
  const clock = createTestClock()
  const store = memoryJobStore({ shared: true })
  const runs: { runtime: string; attempt: string; key: string; signal: AbortSignal }[] = []
  const start = (name: string, tools = ['render'], ms = 50_000) => {
    let isCut = false
    const jobs = meddledStore(() => (isCut ? new Promise<void>(() => undefined) : undefined), store)
    const watch: JobStore['watch'] = (id, listener) => store.watch(id, (job) => void (isCut || listener(job)))
    const stage = openRuntime({
      clock,
      jobs: { store: Object.assign(jobs, { watch }), leaseMs },
      tools: tools.map((tool) =>
        jobTool(
          tool,
          async (args: Args, { idempotencyKey, signal }) => {
            runs.push({ runtime: name, attempt: tool, key: idempotencyKey, signal })
            await sleep(clock, ms, signal)
            return `${args.q} by ${name}`
          },
          { idempotent, policy: { timeout: { attempt: 600_000, total: 600_000 } } },
        ),
      ),
    })
    return {
      ...stage,
      cut(is: boolean) {
        isCut = is
      },
      submit: (tool = 'render') => stage.runtime.submit({ tool, arguments: { q: 'x' } }),
    }
  }
  const stateOf = (id: string) => store.get(id, { now: clock.now() })
  return { clock, store, runs, start, stateOf }
}

describe('jobs: recovery', () => {
  it('runs a job again whose runner is gone, when its lease is over: one more attempt, the same key', async () => {
    const { clock, runs, start, stateOf } = open()
    const first = start('first')
    const second = start('second')
    const { id } = await first.submit()
    await clock.advance(15_000)
    first.cut(true)
    // heartbeats came at 0 and 10,000
    await clock.advance(24_999)
    expect(runs.length).toBe(1)
    await clock.advance(10_001)
    expect(runs.map(({ runtime }) => runtime)).toEqual(['first', 'second'])
    expect(new Set(runs.map(({ key }) => key)).size).toBe(1)
    await clock.advance(50_000)
    expect(stateOf(id)).toMatchObject({ state: 'completed', attempt: 2, result: { output: 'x by second' } })
    expect(second.events.filter((event) => event.type === 'job-change')).toMatchObject([
      { state: 'completed', attempt: 2 },
    ])
  })

  it('leaves a job alone that is alive', async () => {
    const { clock, runs, start, stateOf } = open()
    const first = start('first', ['render'], 300_000)
    start('second')
    const { id } = await first.submit()
    await clock.advance(300_000)
    expect([runs.length, stateOf(id)?.state]).toEqual([1, 'completed'])
  })

  it('ends a job that may not run twice as failed, OUTCOME_UNKNOWN', async () => {
    const { clock, runs, start, stateOf } = open({ idempotent: false })
    const first = start('first')
    const second = start('second')
    const { id } = await first.submit()
    await clock.advance(1)
    first.cut(true)
    await clock.advance(60_000)
    expect(runs.length).toBe(1)
    expect(stateOf(id)).toMatchObject({
      state: 'failed',
      attempt: 1,
      result: { status: 'error', error: { code: 'OUTCOME_UNKNOWN', retryable: false, attempts: 1 } },
    })
    const view = await (await second.runtime.job(id))?.get()
    expect(view?.result?.status === 'error' && view.result.error.toModel()).toMatchObject({
      message: "This call to 'render' was interrupted: it may have taken effect, or not.",
      next: 'Find out whether it took effect before you call it again.',
    })
  })

  it('gives a job up that ten runners did not survive, though it may run twice: it would take the next one down, too', async () => {
    const { clock, runs, start, stateOf } = open()
    let last = start('runner 0')
    const { id } = await last.submit()
    for (let n = 1; n < 12; n += 1) {
      await clock.advance(1_000)
      last.cut(true)
      last = start(`runner ${n}`)
      await clock.advance(45_000)
    }
    expect(runs.length).toBe(10)
    expect(stateOf(id)).toMatchObject({
      state: 'failed',
      attempt: 10,
      result: { status: 'error', error: { code: 'OUTCOME_UNKNOWN', attempts: 10 } },
    })
  })

  it('runs a job that was never begun, also where it may not run twice', async () => {
    const { clock, store, runs, start, stateOf } = open({ idempotent: false })
    store.create(
      {
        id: 'orphan',
        version: 1,
        state: 'working',
        tool: 'render',
        callId: 'call_1',
        arguments: '{"q":"x"}',
        idempotencyKey: 'k',
        mayRepeat: false,
        attempt: 0,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        ttlMs: 1_000_000,
        pollIntervalMs: 1_000,
      },
      { now: clock.now() },
    )
    start('first')
    await clock.advance(50_000)
    expect([runs.length, stateOf('orphan')?.state, stateOf('orphan')?.attempt]).toEqual([1, 'completed', 1])
  })

  it('stops a run whose job another one has taken over, and writes nothing of it', async () => {
    const { clock, runs, start, stateOf } = open()
    const first = start('first', ['render'], 100_000)
    start('second')
    const { id } = await first.submit()
    await clock.advance(1)
    first.cut(true)
    await clock.advance(40_000)
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, false])
    first.cut(false)
    await clock.advance(15_000)
    expect(runs[0]?.signal.reason).toMatchObject({ kind: 'superseded' })
    await clock.advance(100_000)
    expect(stateOf(id)?.result).toMatchObject({ output: 'x by second' })
    expect(first.events.filter((event) => event.type === 'job-change').length).toBe(1)
  })

  it('drops the end of a run that was taken over meanwhile', async () => {
    const { clock, start, stateOf } = open()
    const first = start('first', ['render'], 39_000)
    start('second', ['render'], 20_000)
    const { id } = await first.submit()
    await clock.advance(1)
    first.cut(true)
    await clock.advance(38_000)
    first.cut(false)
    await clock.advance(100_000)
    expect(stateOf(id)).toMatchObject({ attempt: 2, result: { output: 'x by second' } })
  })

  it('goes on with a job that it is given once more while it runs it', async () => {
    const { clock, runs, start, stateOf } = open()
    const first = start('first', ['render'], 100_000)
    const { id } = await first.submit()
    await clock.advance(1)
    first.cut(true)
    await clock.advance(35_000)
    first.cut(false)
    await clock.advance(100_000)
    expect([runs.length, stateOf(id)]).toMatchObject([1, { state: 'completed', attempt: 1 }])
  })

  it('takes only jobs of its own tools', async () => {
    const { clock, runs, start, stateOf } = open()
    const first = start('first', ['render', 'print'])
    start('second', ['print'])
    const jobs = [await first.submit('render'), await first.submit('print')]
    await clock.advance(1)
    first.cut(true)
    await clock.advance(100_000)
    expect(runs.map(({ runtime, attempt }) => `${attempt} by ${runtime}`)).toEqual([
      'render by first',
      'print by first',
      'print by second',
    ])
    expect(jobs.map(({ id }) => stateOf(id)?.state)).toEqual(['working', 'completed'])
  })

  it('begins as soon as the runtime does', async () => {
    const { clock, runs, start } = open()
    const first = start('first')
    await first.submit()
    await clock.advance(1)
    const closed = first.runtime.close()
    await clock.advance(1)
    await closed
    start('second')
    await clock.advance(0)
    expect(runs.map(({ runtime }) => runtime)).toEqual(['first', 'second'])
  })

  it('asks every third of a lease', async () => {
    const { clock, store, start } = open({ leaseMs: 900 })
    const at: number[] = []
    const from = clock.now()
    const { claim } = store
    store.claim = (...args) => {
      at.push(clock.now() - from)
      return claim.apply(store, args)
    }
    start('first')
    await clock.advance(900)
    expect(at).toEqual([0, 300, 600, 900])
  })

  it('does not happen with a store of its own, where nobody else could leave anything', async () => {
    let claims = 0
    const { clock } = openRuntime({
      jobs: meddledStore((method) => {
        if (method === 'claim') claims += 1
      }),
      tools: [jobTool('render', () => 1)],
    })
    await clock.advance(100_000)
    expect(claims).toBe(0)
  })

  it('takes many jobs at once, and leaves those that would be too many to others', async () => {
    const { clock, runs, start } = open()
    const first = start('first')
    for (let count = 0; count < 150; count += 1) await first.submit()
    await clock.advance(1)
    first.cut(true)
    start('second', ['render'], 1)
    const bySecond = () => runs.filter(({ runtime }) => runtime === 'second').length
    await clock.advance(30_100)
    expect(bySecond()).toBe(100)
    await clock.advance(10_000)
    expect(bySecond()).toBe(150)
  })
})
