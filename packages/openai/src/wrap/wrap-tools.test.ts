import { type CallEvent, createRuntime, isToolError, type RuntimeEvent } from '@headrace/core'
import { zodFunction } from 'openai/helpers/zod'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { wrapTools } from './wrap-tools.ts'

const parameters = { type: 'object', properties: {} } as const

/** Calls the function of a runnable tool as the SDK does. */
const run = (tool: { function: { function: unknown } }, input: unknown, ...rest: unknown[]): Promise<unknown> =>
  Reflect.apply(tool.function.function as () => Promise<unknown>, tool.function, [input, ...rest])

test('a runnable tool keeps all that it has, and its calls run through the runtime', async () => {
  const runtime = createRuntime()
  const settled: unknown[] = []
  runtime.events$.subscribe((event: RuntimeEvent | CallEvent) => {
    if (event.type === 'call-settle') settled.push([event.tool, event.result.status])
  })
  const seen: unknown[] = []
  const parse = (text: string): { n: number } => JSON.parse(text) as { n: number }
  function double(this: unknown, { n }: { n: number }, runner: unknown, context: unknown): number {
    seen.push(this, runner, context)
    return n * 2
  }
  const tool = {
    type: 'function',
    function: { function: double, parse, parameters, description: 'doubles', strict: true },
  } as const
  const [wrapped] = wrapTools([tool], runtime)
  expect(wrapped.function).toEqual({ ...tool.function, name: 'double', function: expect.any(Function) })
  expect(await run(wrapped, { n: 2 }, 'runner', 'context')).toBe(4)
  expect(seen).toEqual([tool.function, 'runner', 'context'])
  expect(settled).toEqual([['double', 'ok']])
})

test('a tool without parse is given the text as it came', async () => {
  const given: unknown[] = []
  const tool = {
    type: 'function',
    function: { name: 'echo', description: '', parameters, function: (text: string) => given.push(text) },
  } as const
  const [wrapped] = wrapTools([tool], createRuntime())
  for (const text of ['{"n": 1}', '', 'no json', '[1]']) await run(wrapped, text)
  expect(given).toEqual(['{"n": 1}', '', 'no json', '[1]'])
})

test('arguments that an approval changes reach the tool', async () => {
  const approval = () => ({ approved: true, arguments: { n: 5 } })
  const given: unknown[] = []
  const text = {
    type: 'function',
    function: { name: 'text', description: '', parameters, function: (input: string) => given.push(input) },
  } as const
  const parsed = {
    type: 'function',
    function: {
      name: 'parsed',
      description: '',
      parameters,
      parse: JSON.parse,
      function: (input: object) => given.push(input),
    },
  } as const
  const [one, two] = wrapTools([text, parsed], createRuntime({ policy: { approval } }))
  await run(one, '{"n":1}')
  await run(two, { n: 1 })
  expect(given).toEqual(['{"n":5}', { n: 5 }])
})

test('a tool of zodFunction keeps its parser and its brand, hidden as before', async () => {
  const tool = zodFunction({ name: 'double', parameters: z.object({ n: z.number() }), function: ({ n }) => n * 2 })
  const [wrapped] = wrapTools([tool], createRuntime())
  expect(wrapped).toEqual(tool)
  expect(Object.keys(wrapped)).toEqual(Object.keys(tool))
  const { $brand, $parseRaw, $callback } = wrapped as unknown as Record<string, (input: unknown) => unknown>
  expect($brand).toBe('auto-parseable-tool')
  expect($parseRaw?.('{"n":2}')).toEqual({ n: 2 })
  expect(await $callback?.({ n: 2 })).toBe(4)
})

test("a function tool of agents gets the call's signal, and the rest of its details", async () => {
  const seen: { signal?: AbortSignal }[] = []
  const tool = {
    type: 'function',
    name: 'look',
    description: 'looks',
    strict: true,
    needsApproval: async () => false,
    async invoke(context: unknown, input: string, details?: { signal?: AbortSignal }) {
      seen.push({ ...details })
      return `${String(context)} ${input} ${this.name}`
    },
  }
  const runtime = createRuntime()
  const [wrapped] = wrapTools([tool], runtime, { options: ({ context }) => ({ session: String(context) }) })
  expect(wrapped.needsApproval).toBe(tool.needsApproval)
  const signal = new AbortController().signal
  const details = { signal, toolCall: { callId: 'call_7' } }
  expect(await wrapped.invoke('me', '{"a":1}', details)).toBe('me {"a":1} look')
  expect(seen).toEqual([{ ...details, signal: expect.any(AbortSignal) }])
})

test("a function of the SDK's runner of responses runs through the runtime", async () => {
  const tool = {
    tool: { type: 'function', name: 'look', description: null, parameters: null, strict: null },
    execute: (input: Record<string, unknown>, details?: { signal: AbortSignal | undefined }) =>
      `${JSON.stringify(input)} ${details?.signal?.aborted}`,
  } as const
  const [wrapped] = wrapTools([tool], createRuntime())
  expect(wrapped.tool).toBe(tool.tool)
  expect(await wrapped.execute({ a: 1 })).toBe('{"a":1} false')
})

test('what is no tool of these stays as it is', () => {
  const hosted = { type: 'web_search' }
  expect(wrapTools([hosted], createRuntime())[0]).toBe(hosted)
})

test('a call that fails gives what a model should read, and without hints is not repeated', async () => {
  let runs = 0
  const fail = (): never => {
    runs += 1
    throw Object.assign(new Error('upstream'), { status: 503 })
  }
  const tool = { type: 'function', function: { name: 'fail', description: '', parameters, function: fail } } as const
  const [wrapped] = wrapTools([tool], createRuntime())
  expect(JSON.parse(String(await run(wrapped, '{}')))).toMatchObject({
    error: { code: 'EXECUTION_FAILED', attempts: 1 },
  })
  expect(runs).toBe(1)
})

test('with hints a tool is repeated, and cached', async () => {
  let runs = 0
  const flaky = (): string => {
    runs += 1
    if (runs === 1) throw Object.assign(new Error('upstream'), { status: 503 })
    return 'ok'
  }
  const tool = { type: 'function', function: { name: 'flaky', description: '', parameters, function: flaky } } as const
  const policy = { retry: { backoff: () => 0 }, cache: { ttl: 60_000, scope: 'session' } } as const
  const hints = { flaky: { annotations: { readOnlyHint: true }, policy } }
  const options = ({ context }: { context: unknown }) => ({ session: String(context) })
  const [wrapped] = wrapTools([tool], createRuntime(), { tools: hints, options })
  expect(await run(wrapped, '{}', undefined, 'one')).toBe('ok')
  expect(await run(wrapped, '{}', undefined, 'one')).toBe('ok')
  expect(runs).toBe(2)
  await run(wrapped, '{}', undefined, 'two')
  expect(runs).toBe(3)
})

test('a call that is cancelled throws the reason of the run', async () => {
  const controller = new AbortController()
  const started = Promise.withResolvers<void>()
  const hang = (): Promise<never> => {
    started.resolve()
    return new Promise(() => {})
  }
  const tool = { type: 'function', function: { name: 'hang', description: '', parameters, function: hang } } as const
  const [wrapped] = wrapTools([tool], createRuntime({ policy: { timeout: { grace: 1 } } }))
  const call = run(wrapped, '{}', { controller })
  await started.promise
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
})

test('a guardrail that ends the run on purpose is thrown as it is', async () => {
  class ToolInputGuardrailTripwireTriggered extends Error {}
  const tripped = new ToolInputGuardrailTripwireTriggered('no')
  const tool = { type: 'function', name: 'guarded', invoke: () => Promise.reject(tripped) }
  const [wrapped] = wrapTools([tool], createRuntime())
  await expect(Reflect.apply(wrapped.invoke, wrapped, [null, '{}'])).rejects.toBe(tripped)
  expect(isToolError(tripped)).toBe(false)
})

test('options that make no sense are refused', () => {
  const tool = { type: 'function', name: 'look', invoke: () => 1 }
  const wrap = (options: object) => () => wrapTools([tool], createRuntime(), options)
  expect(wrap({ tools: { lok: {} } })).toThrow("tools has hints for 'lok', which is none of the tools: look")
  expect(wrap({ sessions: 1 })).toThrow("unknown option 'sessions'")
})
