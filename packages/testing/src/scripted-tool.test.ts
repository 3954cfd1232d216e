import { createRuntime, type PendingCall, type Runtime, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import type { ScriptedFailure } from './script/scripted-failure.ts'
import { scriptedTool } from './scripted-tool.ts'
import { createSeededRandom } from './seeded-random.ts'
import { createTestClock } from './test-clock.ts'

const retried = {
  annotations: { readOnlyHint: true },
  policy: { retry: { backoff: { base: 10, jitter: 'none' } } },
} as const

const open = (tool: Tool, clock = createTestClock()): Runtime =>
  createRuntime({ tools: [tool], clock, random: createSeededRandom(1) })
const ended = async (call: PendingCall<unknown>): Promise<unknown> => {
  const result = await call.result()
  if (result.status === 'error') return result.error
  return result.status === 'cancelled' ? result.reason : result
}

describe('scripted tool: steps', () => {
  it('follows step after step, and repeats the last one', async () => {
    const tool = scriptedTool({ name: 'count', script: [{ give: 1 }, { give: 2 }] })
    const runtime = open(tool)
    const outputs = [runtime.call(tool, {}), runtime.call(tool, {}), runtime.call(tool, {})]
    expect(await Promise.all(outputs)).toEqual([1, 2, 2])
    expect(tool.runs.map(({ step }) => step)).toEqual([0, 1, 1])
  })

  it('starts over with cycle', async () => {
    const tool = scriptedTool({ name: 'count', script: [{ give: 1 }, { give: 2 }], afterLast: 'cycle' })
    const runtime = open(tool)
    expect(await Promise.all([1, 2, 3, 4].map(() => runtime.call(tool, {})))).toEqual([1, 2, 1, 2])
  })

  it('says with fail which run found no step', async () => {
    const tool = scriptedTool({ name: 'once', script: [{ give: 1 }], afterLast: 'fail' })
    const runtime = open(tool)
    await runtime.call(tool, {})
    await expect(runtime.call(tool, {})).rejects.toThrow("scripted tool 'once': run 2 finds no step; the script has 1")
    expect([tool.runs.at(-1)?.step, tool.running]).toEqual([1, 0])
  })

  it('gives what a function of the input gives, and undefined where a step says so', async () => {
    const tool = scriptedTool({
      name: 'greet',
      inputSchema: jsonSchema<{ name: string }>({ type: 'object', required: ['name'] }),
      script: [{ give: ({ name }) => `Hello ${name}` }, { give: undefined }],
    })
    const runtime = open(tool)
    expect(await runtime.call(tool, { name: 'Ada' })).toBe('Hello Ada')
    expect(await runtime.call(tool, { name: 'Ada' })).toBe(undefined)
  })

  it('takes its time before it ends', async () => {
    const clock = createTestClock()
    const tool = scriptedTool({ name: 'slow', clock, script: [{ after: 50, give: 'late' }] })
    const call = open(tool, clock).call(tool, {})
    await clock.advance(49)
    expect(call.status).toBe('running')
    await clock.advance(1)
    expect([call.status, await call]).toEqual(['settled', 'late'])
  })

  it('tells progress, then streams, with a pause after each', async () => {
    const clock = createTestClock({ now: 0 })
    const tool = scriptedTool({
      name: 'report',
      clock,
      script: [{ after: 5, every: 10, progress: [{ progress: 1, total: 2 }], stream: ['a', 'b'], give: 'ab' }],
    })
    const seen: unknown[] = []
    open(tool, clock)
      .call$(tool, {})
      .subscribe((event) => {
        if (event.type === 'progress') seen.push([event.at, event.progress])
        if (event.type === 'output') seen.push([event.at, event.value])
        if (event.type === 'call-settle' && event.result.status === 'ok') seen.push([event.at, event.result.output])
      })
    await clock.advance(100)
    expect(seen).toEqual([
      [5, 1],
      [15, 'a'],
      [25, 'b'],
      [35, 'ab'],
    ])
  })

  it('gives the last part of a stream that says no other end', async () => {
    const tool = scriptedTool({ name: 'count', script: [{ stream: [1, 2, 3] }] })
    expect(await open(tool).call(tool, {})).toBe(3)
  })

  it('ends at once where it waits for nothing', () => {
    const tool = scriptedTool({ name: 'now', script: [{ progress: [{ progress: 1 }], give: 1 }] })
    const updates: unknown[] = []
    const context = { signal: new AbortController().signal, progress: (update: unknown) => updates.push(update) }
    expect([tool.execute({}, context as never), updates]).toEqual([1, [{ progress: 1 }]])
  })
})

describe('scripted tool: failures', () => {
  it('fails as an HTTP client does, so that the call is retried after the given wait', async () => {
    const clock = createTestClock()
    const script = [{ fail: { status: 503, retryAfterMs: 400 } }, { fail: { code: 'ECONNRESET' } }, { give: 'up' }]
    const tool = scriptedTool({ name: 'flaky', clock, script, ...retried })
    const call = open(tool, clock).call(tool, {})
    await clock.runAll()
    expect(await call).toBe('up')
    const starts = tool.runs.map(({ startedAt }) => startedAt - (tool.runs[0]?.startedAt ?? 0))
    expect(starts).toEqual([0, 400, 420])
  })

  it('tells what an HTTP answer and a toolFailure tell', async () => {
    const fail: ScriptedFailure = {
      message: 'no such order',
      status: 404,
      headers: { 'Retry-After': '2' },
      retryable: true,
      blame: 'caller',
      details: { order: 7 },
      hint: 'ask for the number',
    }
    const tool = scriptedTool({ name: 'order', script: [{ fail }], policy: { retry: false } })
    expect(await ended(open(tool).call(tool, {}))).toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'no such order',
      retryable: true,
      retryAfterMs: 2_000,
      details: { status: 404, blame: 'caller', order: 7, hint: 'ask for the number' },
    })
  })

  it('throws a given error as it is', async () => {
    const fail = new TypeError('mine')
    const tool = scriptedTool({ name: 'throws', script: [{ fail }] })
    expect(await ended(open(tool).call(tool, {}))).toMatchObject({ cause: fail })
  })

  it('fails after a part of a stream, which no retry follows', async () => {
    const clock = createTestClock()
    const tool = scriptedTool({ name: 'breaks', clock, script: [{ stream: ['a'], fail: { status: 503 } }], ...retried })
    const call = open(tool, clock).call(tool, {})
    await clock.runAll()
    expect(await ended(call)).toMatchObject({ message: 'the backend answered 503' })
    expect(tool.runs.length).toBe(1)
  })
})

describe('scripted tool: hanging and deafness', () => {
  it('obeys its signal while it hangs or waits', async () => {
    for (const step of [{ hang: 'obeys' }, { after: 1_000, give: 1 }, { every: 1_000, stream: [1, 2] }] as const) {
      const clock = createTestClock()
      const tool = scriptedTool({ name: 'waits', clock, script: [step] })
      const call = open(tool, clock).call(tool, {})
      await clock.advance(10)
      await call.cancel('enough')
      const at = clock.now()
      expect(await ended(call)).toBe('enough')
      expect(tool.runs[0]).toMatchObject({ abortedAt: at, endedAt: at })
      expect([tool.running, clock.pending]).toEqual([0, 0])
    }
  })

  it('goes on for ever where it hangs deaf', async () => {
    const clock = createTestClock()
    const tool = scriptedTool({ name: 'deaf', clock, script: [{ after: 10, hang: 'deaf' }] })
    const call = open(tool, clock).call(tool, {})
    await clock.advance(1)
    void call.cancel('enough')
    await clock.runAll()
    expect([tool.running, tool.runs[0]?.abortedAt !== undefined, tool.runs[0]?.endedAt]).toEqual([1, true, undefined])
  })

  it('gives its result late where a step is deaf', async () => {
    const clock = createTestClock({ now: 0 })
    const policy = { timeout: { attempt: 20 }, retry: false } as const
    const tool = scriptedTool({ name: 'late', clock, script: [{ after: 50, give: 1, deaf: true }], policy })
    const runtime = open(tool, clock)
    const late: unknown[] = []
    runtime.events$.subscribe((event) => {
      if (event.type === 'late-result') late.push([event.at, event.outcome])
    })
    const call = runtime.call(tool, {})
    await clock.runAll()
    expect(await ended(call)).toMatchObject({ code: 'TIMEOUT' })
    expect([late, tool.runs[0]]).toMatchObject([[[50, 'ok']], { abortedAt: 20, endedAt: 50 }])
  })
})

describe('scripted tool: what it remembers', () => {
  it('remembers arguments, attempts, keys, sessions and times of its runs', async () => {
    const clock = createTestClock({ now: 1_000 })
    const tool = scriptedTool({
      name: 'flaky',
      clock,
      script: [{ after: 5, fail: { status: 503 } }, { give: 1 }],
      ...retried,
    })
    const call = open(tool, clock).call(tool, { city: 'Oslo' }, { session: 's', tenant: 't', idempotencyKey: 'key' })
    await clock.runAll()
    await call
    const same = { input: { city: 'Oslo' }, callId: call.callId, session: 's', tenant: 't' }
    const { idempotencyKey } = tool.runs[0] ?? {}
    expect(idempotencyKey).toContain('key')
    expect(tool.runs).toEqual([
      { ...same, idempotencyKey, step: 0, attempt: 1, startedAt: 1_000, abortedAt: undefined, endedAt: 1_005 },
      { ...same, idempotencyKey, step: 1, attempt: 2, startedAt: 1_015, abortedAt: undefined, endedAt: 1_015 },
    ])
  })

  it('counts how many runs go on at once', async () => {
    const clock = createTestClock()
    const policy = { concurrency: { max: 3 } }
    const tool = scriptedTool({ name: 'busy', clock, policy, script: [{ after: 10, give: 1 }] })
    const runtime = open(tool, clock)
    const calls = Array.from({ length: 10 }, () => runtime.call(tool, {}))
    await clock.advance(5)
    expect([tool.running, tool.runs.length]).toEqual([3, 3])
    await clock.runAll()
    await Promise.all(calls)
    expect([tool.running, tool.runs.length, tool.mostAtOnce]).toEqual([0, 10, 3])
  })

  it('leaves no listener on the signals of its runs', async () => {
    const clock = createTestClock()
    const tool = scriptedTool({ name: 'busy', clock, script: [{ after: 10, give: 1 }] })
    const controller = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = AbortSignal.prototype
    const signal = Object.assign(controller.signal, {
      addEventListener(...args: Parameters<typeof addEventListener>) {
        listeners += 1
        Reflect.apply(addEventListener, controller.signal, args)
      },
      removeEventListener(...args: Parameters<typeof removeEventListener>) {
        listeners -= 1
        Reflect.apply(removeEventListener, controller.signal, args)
      },
    })
    const result = tool.execute({}, { signal } as never)
    expect(listeners).toBeGreaterThan(0)
    await clock.runAll()
    expect([await result, listeners]).toEqual([1, 0])
  })

  it('can be told to a model', () => {
    const tool = scriptedTool({ name: 'any', description: 'Does anything', script: [{ give: 1 }] })
    expect(open(tool).registry.list()).toEqual([
      { name: 'any', description: 'Does anything', inputSchema: { type: 'object' } },
    ])
  })
})

describe('scripted tool: mistakes in a script', () => {
  const wrong: [string, unknown, string][] = [
    ['no script', undefined, 'script must be an array with a step at least'],
    ['an empty script', [], 'script must be an array with a step at least'],
    ['a step that is none', ['give'], "script[0] must be an object, got 'give'"],
    ['a misspelt key', [{ give: 1 }, { gives: 1 }], "script[1]: unknown option 'gives'; known are after"],
    [
      'a step without an end',
      [{ after: 5 }],
      'script[0]: does not say how it ends: it needs give, fail, hang or stream',
    ],
    ['a step with two ends', [{ give: 1, fail: {} }], 'script[0]: says give and fail; a step has one end'],
    ['a negative wait', [{ after: -1, give: 1 }], 'script[0]: after must be a number >= 0, got -1'],
    ['a pause that is no number', [{ every: 'x', give: 1 }], "script[0]: every must be a number >= 0, got 'x'"],
    ['a stream that is no array', [{ stream: 'abc' }], "script[0]: stream must be an array, got 'abc'"],
    ['an unknown way to hang', [{ hang: true }], "script[0]: hang must be 'obeys' or 'deaf', got true"],
    [
      'a status that is none',
      [{ fail: { status: 5 } }],
      'script[0]: fail: status must be an integer >= 100 and <= 599',
    ],
    ['a failure that is none', [{ fail: 'no' }], "script[0]: fail must be an object, got 'no'"],
    ['a misspelt failure', [{ fail: { stauts: 503 } }], "script[0]: fail: unknown option 'stauts'"],
    ['an unknown blame', [{ fail: { blame: 'me' } }], "script[0]: fail: blame must be 'caller' or 'backend', got 'me'"],
  ]

  it.for(wrong)('names %s', ([, script, message]) => {
    expect(() => scriptedTool({ name: 'x', script: script as [] })).toThrow(`scripted tool 'x': ${message}`)
  })

  it('names an unknown option and an unknown way to go on', () => {
    const script = [{ give: 1 }]
    expect(() => scriptedTool({ name: 'x', script, scrip: [] } as never)).toThrow("unknown option 'scrip'")
    expect(() => scriptedTool({ name: 'x', script, afterLast: 'stop' as 'fail' })).toThrow('afterLast must be')
  })
})
