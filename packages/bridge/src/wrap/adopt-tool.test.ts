import { AsyncLocalStorage } from 'node:async_hooks'
import { createRuntime, toolFailure } from '@headrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adoptTool } from './adopt-tool.ts'

function openRuntime() {
  const runtime = createRuntime({ policy: { retry: { backoff: () => 0 } } })
  onTestFinished(() => runtime.close())
  return runtime
}

describe('adoptTool', () => {
  it('runs the work of each call through the runtime, with the id and the options of the call', async () => {
    const runtime = openRuntime()
    const events: string[] = []
    runtime.events$.subscribe((event) => 'callId' in event && events.push(`${event.callId} ${event.type}`))
    const { call } = adoptTool(runtime, { name: 'add' })
    const run =
      (by: number) =>
      (input: unknown, { metadata }: { metadata: object }) => [input, by, metadata]
    const one = call(1, run(10), { callId: 'one', metadata: { user: 'u' } })
    expect(await one).toMatchObject([1, 10, { user: 'u' }])
    expect(await call(1, run(20))).toMatchObject([1, 20, {}])
    expect(events.filter((event) => event.startsWith('one '))).toEqual([
      'one call-start',
      'one attempt-start',
      'one call-settle',
    ])
  })

  it('repeats nothing without hints, and what they allow with them', async () => {
    const runtime = openRuntime()
    let runs = 0
    const fail = (): never => {
      runs += 1
      throw toolFailure({ message: 'not now', retryable: true })
    }
    await adoptTool(runtime, { name: 'plain' }).call({}, fail).result()
    expect(runs).toBe(1)
    runs = 0
    await adoptTool(runtime, { name: 'hinted', annotations: { readOnlyHint: true } })
      .call({}, fail)
      .result()
    expect(runs).toBe(3)
  })

  it('shares limits, breaker and cache between tools of one name with the same hints', async () => {
    const runtime = openRuntime()
    const hints = {
      name: 'look',
      annotations: { readOnlyHint: true },
      policy: { cache: { ttl: 1000, scope: 'shared' } },
    } as const
    const first = adoptTool(runtime, hints)
    expect(await first.call({ q: 1 }, () => 'first')).toBe('first')
    const again = adoptTool(runtime, { ...hints, annotations: { ...hints.annotations } })
    expect(again).toBe(first)
    expect(await again.call({ q: 1 }, () => 'second')).toBe('first')
    expect(adoptTool(runtime, { ...hints, policy: { timeout: { total: 5 } } })).not.toBe(first)
    expect(adoptTool(openRuntime(), hints)).not.toBe(first)
  })

  it('runs the work in the context of whoever called', async () => {
    const storage = new AsyncLocalStorage<string>()
    const { call } = adoptTool(openRuntime(), { name: 'context', policy: { concurrency: { max: 1 } } })
    const run = async (): Promise<string | undefined> => {
      await Promise.resolve()
      return storage.getStore()
    }
    const calls = ['a', 'b'].map((name) => storage.run(name, () => call({}, run)))
    expect(await Promise.all(calls)).toEqual(['a', 'b'])
  })

  it('refuses a name that Headrace does not know how to call', () => {
    expect(() => adoptTool(openRuntime(), { name: 'no spaces' })).toThrow('no spaces')
  })

  it('refuses to run without the work of a call', async () => {
    const runtime = openRuntime()
    const { tool } = adoptTool(runtime, { name: 'alone' })
    const result = await runtime.call(tool, {}).result()
    expect(result).toMatchObject({ status: 'error', error: { message: expect.stringContaining('alone') } })
  })
})
