import { defineTool, toolFailure } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, networkError, readTool } from '../fixture/tools.ts'
import { openBackend } from './backend.ts'

/** Whether one call that ends with this error opens a breaker that one failure opens. */
async function opens(error: unknown, classify?: () => 'success' | 'failure' | 'ignored'): Promise<boolean> {
  const breaker = { consecutiveFailures: 1, ...(classify ? { classify } : {}) }
  const { call, clock, events } = openRuntime({
    tools: [readTool('tool', () => Promise.reject(error), { retry: false, breaker })],
  })
  call('tool')
  await clock.advance(1)
  return events.some((event) => event.type === 'breaker-change')
}

describe('breaker: a failure is', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_SOCKET'])(
    'the network error %s',
    async (code) => {
      expect(await opens(networkError(code))).toBe(true)
    },
  )

  it.each([408, 500, 501, 502, 503, 504, 599])('HTTP %i', async (status) => {
    expect(await opens(httpError(status))).toBe(true)
  })

  it('an unclassified throw, and what a tool says about its backend', async () => {
    expect(await opens(new Error('plain'))).toBe(true)
    expect(await opens('text')).toBe(true)
    expect(await opens(toolFailure({ message: 'down', blame: 'backend' }))).toBe(true)
  })

  it('an attempt that timed out', async () => {
    const { call, clock, events } = openRuntime({
      tools: [
        readTool('slow', forever, {
          retry: false,
          timeout: { attempt: 10, grace: 1 },
          breaker: { consecutiveFailures: 1 },
        }),
      ],
    })
    call('slow')
    await clock.advance(10)
    expect(events.some((event) => event.type === 'breaker-change')).toBe(true)
  })

  it('each try of a call by itself', async () => {
    const { call, clock, events } = openRuntime({
      tools: [
        readTool('down', () => Promise.reject(httpError(500)), {
          breaker: { consecutiveFailures: 3 },
          retry: { maxAttempts: 3, backoff: { type: 'constant', base: 1, jitter: 'none' } },
        }),
      ],
    })
    call('down')
    await clock.advance(5)
    expect(events.filter((event) => event.type === 'breaker-change')).toMatchObject([{ from: 'closed', to: 'open' }])
  })
})

describe('breaker: ignored is', () => {
  it.each([400, 401, 403, 404, 409, 422, 429])('HTTP %i', async (status) => {
    expect(await opens(httpError(status))).toBe(false)
  })

  it("a failure that is the caller's own fault, though its status says otherwise", async () => {
    expect(await opens(toolFailure({ message: 'no such city', blame: 'caller' }))).toBe(false)
  })

  it('an output that does not fit its schema', async () => {
    const wrong = defineTool({
      name: 'wrong',
      description: 'wrong',
      inputSchema: jsonSchema({ type: 'object' }),
      outputSchema: jsonSchema({ type: 'number' }),
      execute: () => 'text' as never,
      policy: { breaker: { consecutiveFailures: 1 } },
    })
    const { call, clock, events } = openRuntime({ tools: [wrong] })
    const pending = call('wrong')
    await clock.advance(1)
    expect([await codeOf(pending), events.some((event) => event.type === 'breaker-change')]).toEqual([
      'OUTPUT_INVALID',
      false,
    ])
  })

  it('neither a success: it resets no count', async () => {
    const { run, changes } = openBackend({})
    await run(500, 500, 500, 500, 404)
    expect(changes()).toEqual([])
    await run(500)
    expect(changes()).toEqual(['closed>open'])
  })

  it('nor a call of the window: nine failures and any number of ignored ones open nothing', async () => {
    const { run, changes } = openBackend({ consecutiveFailures: 100 })
    await run(...new Array(9).fill(500), ...new Array(9).fill(404))
    expect(changes()).toEqual([])
  })

  it('a rejection by the queue', async () => {
    const { start, clock, changes } = openBackend({ consecutiveFailures: 1 }, { concurrency: { max: 1, queue: 0 } })
    const calls = [start('ok', 10), start('ok', 10), start('ok', 10)]
    await clock.advance(10)
    expect([await Promise.all(calls.map(codeOf)), changes()]).toEqual([['ok', 'QUEUE_FULL', 'QUEUE_FULL'], []])
  })

  it('the probe that was ignored: its permit is given back', async () => {
    const { run, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    await run(500)
    await clock.advance(120)
    expect(await run(404, 429, 'ok')).toEqual(['EXECUTION_FAILED', 'EXECUTION_FAILED', 'ok'])
    expect(changes()).toEqual(['closed>open', 'open>half-open', 'half-open>closed'])
  })
})

describe('breaker: classify', () => {
  it('decides where it is given', async () => {
    expect(await opens(httpError(500), () => 'success')).toBe(false)
    expect(await opens(httpError(500), () => 'ignored')).toBe(false)
    expect(await opens(httpError(404), () => 'failure')).toBe(true)
  })

  it('that throws judges nothing', async () => {
    expect(
      await opens(httpError(500), () => {
        throw new Error('bad classifier')
      }),
    ).toBe(false)
  })

  it('may call a success a failure', async () => {
    const { run, changes } = openBackend({ consecutiveFailures: 1, classify: () => 'failure' })
    expect([await run('ok', 'ok'), changes()]).toEqual([['ok', 'CIRCUIT_OPEN'], ['closed>open']])
  })

  it('is not asked about a cancelled call', async () => {
    const seen: string[] = []
    const { start, clock, changes } = openBackend({
      consecutiveFailures: 1,
      classify: (result) => {
        seen.push(result.status)
        return 'failure'
      },
    })
    const pending = start('ok', 100)
    await clock.advance(10)
    void pending.cancel()
    await clock.advance(100)
    expect([seen.filter((status) => status !== 'cancelled'), changes()]).toEqual([[], []])
  })
})
