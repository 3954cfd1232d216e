import { isToolError, memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { gate, readTool, sleep, writeTool } from '../fixture/tools.ts'
import { slowStore } from './job-stores.ts'
import { jobTool, outcomeOf } from './job-tools.ts'

const render = { tool: 'render', arguments: { q: 'x' } }

describe('submit', () => {
  it('runs the call, and gives its output to whoever asks later', async () => {
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('render', async ({ q }) => {
          await sleep(clock, 1_000)
          return { q }
        }),
      ],
    })
    const job = await runtime.submit(render)
    await clock.advance(500)
    expect(await job.get()).toMatchObject({ id: job.id, tool: 'render', state: 'working', attempt: 1 })
    await clock.advance(500)
    expect(await job.get()).toMatchObject({ state: 'completed', result: { status: 'ok', output: { q: 'x' } } })
  })

  it('says in a view what those who poll need', async () => {
    const { clock, runtime } = openRuntime({
      jobs: { ttlMs: 7_000, pollIntervalMs: 300 },
      tools: [readTool('render', () => 'done')],
    })
    const at = clock.now()
    const job = await runtime.submit(render, { job: { ttlMs: 9_000 } })
    await clock.advance(0)
    expect(await job.get()).toEqual({
      id: job.id,
      tool: 'render',
      state: 'completed',
      attempt: 1,
      createdAt: at,
      updatedAt: at,
      heartbeatAt: at,
      ttlMs: 9_000,
      pollIntervalMs: 300,
      result: {
        status: 'ok',
        callId: expect.any(String),
        tool: 'render',
        output: 'done',
        meta: { queuedMs: 0, durationMs: 0, attempts: 1 },
      },
    })
  })

  it('resolves when the store has kept the job, and starts no work before', async () => {
    const clock = createTestClock()
    let runs = 0
    const { runtime } = openRuntime({
      clock,
      jobs: slowStore(clock, 50),
      tools: [
        readTool('render', () => {
          runs += 1
        }),
      ],
    })
    const submitted = outcomeOf(runtime.submit(render))
    await clock.advance(49)
    expect([submitted.value, runs]).toEqual([undefined, 0])
    await clock.advance(1)
    expect([submitted.value?.id, runs]).toEqual([expect.any(String), 0])
    // the beginning is written down, too, before the work begins
    await clock.advance(50)
    expect(runs).toBe(1)
  })

  it('hands the call on as it was asked for', async () => {
    let seen: unknown
    const { clock, runtime } = openRuntime({
      tools: [
        writeTool('render', (args, { callId, session, tenant, metadata, deadline, idempotencyKey }) => {
          seen = { args, callId, session, tenant, metadata, deadline, idempotencyKey }
        }),
      ],
    })
    const deadline = clock.now() + 10_000
    await runtime.submit(
      { ...render, callId: 'call_7', arguments: '{"q":"text"}' },
      { session: 's', tenant: 't', metadata: { user: 1 }, deadline, idempotencyKey: 'k' },
    )
    await clock.advance(0)
    expect(seen).toEqual({
      args: { q: 'text' },
      callId: 'call_7',
      session: 's',
      tenant: 't',
      metadata: { user: 1 },
      deadline,
      idempotencyKey: 'k',
    })
  })

  it('goes the way of every call: middleware, retries and events', async () => {
    const seen: unknown[] = []
    const { clock, runtime, events } = openRuntime({
      middleware: [
        (call, next) => {
          seen.push(call.tool)
          return next()
        },
      ],
      tools: [
        readTool(
          'render',
          (_, { attempt }) => {
            if (attempt === 1) throw Object.assign(new Error('busy'), { status: 503 })
            return attempt
          },
          { retry: { backoff: { type: 'constant', base: 10, jitter: 'none' } } },
        ),
      ],
    })
    const job = await runtime.submit(render)
    await clock.advance(10)
    const view = await job.get()
    expect([seen, view.result]).toMatchObject([['render'], { output: 2, meta: { attempts: 2 } }])
    expect(events.map(({ type }) => type)).toEqual([
      'job-change',
      'call-start',
      'attempt-start',
      'attempt-fail',
      'retry-wait',
      'attempt-start',
      'call-settle',
      'job-change',
    ])
  })

  it('waits in the queue of its tool like any call', async () => {
    const { clock, runtime } = openRuntime({
      tools: [writeTool('render', () => sleep(clock, 100), { concurrency: { max: 1 } })],
    })
    const jobs = await Promise.all([runtime.submit(render), runtime.submit(render)])
    await clock.advance(150)
    const views = await Promise.all(jobs.map((job) => job.get()))
    expect(views.map(({ state }) => state)).toEqual(['completed', 'working'])
  })

  it.each(['optional', 'required'] as const)('takes a tool whose taskSupport is %s', async (taskSupport) => {
    const { clock, runtime } = openRuntime({ tools: [jobTool('render', () => 1, { taskSupport })] })
    const job = await runtime.submit(render)
    await clock.advance(0)
    expect((await job.get()).state).toBe('completed')
  })

  it('gives ids that cannot be guessed, and are no calls', async () => {
    const { runtime } = openRuntime({ tools: [readTool('render', () => 1)] })
    const jobs = await Promise.all([1, 2, 3].map(() => runtime.submit(render)))
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(3)
    expect(jobs.every(({ id }) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}$/.test(id))).toBe(true)
  })

  describe('of what cannot run', () => {
    const open = () => {
      const store = memoryJobStore()
      const stage = openRuntime({
        jobs: store,
        tools: [jobTool('render', () => 1), jobTool('quick', () => 1, { taskSupport: 'forbidden' })],
      })
      return { ...stage, store }
    }
    const codeOf = async (submitted: Promise<unknown>): Promise<unknown> => {
      const error: unknown = await submitted.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      return isToolError(error) ? error.code : error
    }

    it('rejects at once and keeps nothing', async () => {
      const { clock, runtime, store } = open()
      const codes = await Promise.all([
        codeOf(runtime.submit({ tool: 'rendr', arguments: {} })),
        codeOf(runtime.submit({ tool: 'render', arguments: '{"q":' })),
        codeOf(runtime.submit({ tool: 'render', arguments: { q: 5 } })),
        codeOf(runtime.submit({ tool: 'render', arguments: { at: new Date() } })),
        codeOf(runtime.submit(render, { deadline: clock.now() })),
        codeOf(runtime.submit({ tool: 'quick', arguments: {} })),
      ])
      expect(codes).toEqual([
        'TOOL_NOT_FOUND',
        'ARGUMENTS_INVALID',
        'ARGUMENTS_INVALID',
        'ARGUMENTS_INVALID',
        'DEADLINE_EXCEEDED',
        'ARGUMENTS_INVALID',
      ])
      expect(store.size).toBe(0)
    })

    it('tells a model what to do instead where a tool may not run as a job', async () => {
      const { runtime } = open()
      const error = await runtime.submit({ tool: 'quick', arguments: {} }).catch((reason: unknown) => reason)
      expect(isToolError(error) && error.toModel()).toMatchObject({
        code: 'ARGUMENTS_INVALID',
        next: expect.stringContaining('call it directly'),
      })
    })

    it('rejects with RUNTIME_CLOSED from the beginning of a close on', async () => {
      const { clock, runtime, store } = open()
      const closed = runtime.close({ drain: 100 })
      expect([await codeOf(runtime.submit(render)), store.size]).toEqual(['RUNTIME_CLOSED', 0])
      await clock.runAll()
      await closed
      expect(await codeOf(runtime.submit(render))).toBe('RUNTIME_CLOSED')
    })

    it('rejects with a TypeError where an option cannot be kept, or makes no sense', async () => {
      const { runtime, store } = open()
      const wrong = [
        { metadata: { log: () => undefined } },
        { policy: { timeout: { total: Number.POSITIVE_INFINITY } } },
        { policy: { fallback: () => 1 } },
        { policy: { concurrency: { max: 1 } } },
        { job: { waitMs: 5 } },
        { job: { ttl: 5 } as never },
      ]
      const errors = await Promise.all(
        wrong.map((options) => runtime.submit(render, options).catch((error: unknown) => error)),
      )
      expect(errors.every((error) => error instanceof TypeError)).toBe(true)
      await expect(runtime.submit(render, { job: { ttlMs: -1 } })).rejects.toThrow('job.ttlMs must be a number >= 0')
      expect(store.size).toBe(0)
    })
  })

  it('keeps the policy of the call, in every run', async () => {
    const { clock, runtime } = openRuntime({ tools: [writeTool('render', () => sleep(clock, 500))] })
    const job = await runtime.submit(render, { policy: { timeout: { attempt: 100 } } })
    await clock.advance(100)
    expect((await job.get()).result).toMatchObject({ status: 'error', error: { code: 'TIMEOUT' } })
  })

  describe('with a signal', () => {
    it('rejects with its reason when it is aborted before', async () => {
      const { runtime } = openRuntime({ tools: [readTool('render', () => 1)] })
      await expect(runtime.submit(render, { signal: AbortSignal.abort('no') })).rejects.toBe('no')
    })

    it('rejects when it is aborted before the job is kept, and the job ends', async () => {
      const clock = createTestClock()
      const inner = memoryJobStore()
      let runs = 0
      const { runtime, events } = openRuntime({
        clock,
        jobs: slowStore(clock, 50, inner),
        tools: [
          readTool('render', () => {
            runs += 1
            return sleep(clock, 500)
          }),
        ],
      })
      const controller = new AbortController()
      const submitted = outcomeOf(runtime.submit(render, { signal: controller.signal }))
      await clock.advance(10)
      controller.abort('left')
      await clock.advance(0)
      expect(submitted.error).toBe('left')
      await clock.advance(1_000)
      expect(events.flatMap((event) => (event.type === 'job-change' ? [event.state] : []))).toEqual([
        'working',
        'cancelled',
      ])
      expect([inner.size, runs]).toEqual([1, 0])
    })

    it('does not end a job that is kept', async () => {
      const done = gate<string>()
      const { clock, runtime } = openRuntime({ tools: [readTool('render', () => done.opened)] })
      const controller = new AbortController()
      const job = await runtime.submit(render, { signal: controller.signal })
      controller.abort('left')
      await clock.advance(0)
      done.open('output')
      await clock.advance(0)
      expect((await job.get()).result).toMatchObject({ status: 'ok', output: 'output' })
    })
  })
})
