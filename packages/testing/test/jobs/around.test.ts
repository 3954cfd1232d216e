import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallEvent, JobView, Middleware } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { config, type Observable, of } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'
import { slowStore } from './job-stores.ts'
import { jobTool, outcomeOf, watchJob } from './job-tools.ts'

afterEach(() => {
  config.onUnhandledError = null
})

const call = { tool: 'render', arguments: {} }
/** Middleware that answers each call by a job of its own. */
const deferring =
  (deferred: string): Middleware =>
  (asked, next): Observable<CallEvent> => {
    const { callId, tool } = asked
    if (tool !== deferred) return next()
    const job = { id: 'elsewhere', tool, state: 'working', attempt: 1 } as JobView
    const meta = { queuedMs: 0, durationMs: 0, attempts: 0 }
    return of({ type: 'call-settle', callId, tool, at: 0, result: { status: 'pending', callId, tool, job, meta } })
  }

describe('jobs: what is around them', () => {
  it('is the async context of whoever submitted, also through a slow store and behind a queue', async () => {
    const storage = new AsyncLocalStorage<string>()
    const clock = createTestClock()
    const seen: unknown[] = []
    const { runtime } = openRuntime({
      clock,
      jobs: slowStore(clock, 30),
      tools: [
        jobTool(
          'render',
          async () => {
            seen.push(storage.getStore())
            await sleep(clock, 100)
          },
          { policy: { concurrency: { max: 1 } } },
        ),
      ],
    })
    const submitted = ['a', 'b', 'c'].map((name) => storage.run(name, () => outcomeOf(runtime.submit(call))))
    runtime.dispatch(call)
    await clock.advance(2_000)
    expect([seen, submitted.filter(({ error }) => error !== undefined)]).toEqual([['a', 'b', 'c', undefined], []])
  })

  it('may be middleware that answers by a job of its own: an awaited call rejects, a job fails, a fallback is none', async () => {
    const { clock, runtime } = openRuntime({
      middleware: [deferring('spare')],
      tools: [
        readTool('spare', () => 1),
        readTool('broken', () => Promise.reject(new Error('broken')), {
          retry: false,
          fallback: readTool('spare', () => 1),
        }),
      ],
    })
    const called = runtime.call('spare', {})
    const awaited = outcomeOf(called)
    const fallen = runtime.call('broken', {})
    const job = await runtime.submit({ tool: 'spare', arguments: {} })
    await clock.advance(0)
    expect((await called.result()).status).toBe('pending')
    expect(String(awaited.error)).toContain("goes on as job 'elsewhere'")
    expect((await errorOf(fallen)).message).toBe('broken')
    expect(await job.get()).toMatchObject({ state: 'failed', result: { error: { code: 'EXECUTION_FAILED' } } })
  })

  it('may be a listener that throws: it is reported, and disturbs no job', async () => {
    const { clock, runtime } = openRuntime({ tools: [jobTool('render', () => sleep(clock, 100))] })
    const reported: unknown[] = []
    config.onUnhandledError = (error) => reported.push(error)
    const job = await runtime.submit(call)
    job.watch().subscribe(() => {
      throw new Error('listener')
    })
    const quiet = watchJob(job)
    await clock.advance(100)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([(await job.get()).state, quiet.isOver, String(reported[0])]).toEqual(['completed', true, 'Error: listener'])
  })
})
