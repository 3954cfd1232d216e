import { createRuntime, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { scriptedTool } from '@headrace/testing'
import { expectTypeOf, test } from 'vitest'

type OutputOf<T> = T extends Tool<string, unknown, infer Out, unknown> ? Out : never
type PartOf<T> = T extends Tool<string, unknown, unknown, infer Part> ? Part : never

test('the output is what the steps give', () => {
  const tool = scriptedTool({ name: 'a', script: [{ after: 5, fail: { status: 503 } }, { give: 1 }, { give: 2 }] })
  expectTypeOf<OutputOf<typeof tool>>().toEqualTypeOf<number>()
  expectTypeOf<PartOf<typeof tool>>().toEqualTypeOf<never>()
  expectTypeOf(tool.name).toEqualTypeOf<'a'>()
})

test('steps may give values of many kinds', () => {
  const tool = scriptedTool({ name: 'a', script: [{ give: 'x' }, { give: [1] }, { give: null }, { give: () => true }] })
  expectTypeOf<OutputOf<typeof tool>>().toEqualTypeOf<string | number[] | null | boolean>()
})

test('a stream gives its parts, and its last part or another value in the end', () => {
  const parts = scriptedTool({ name: 'a', script: [{ stream: ['a', 'b'] }] })
  expectTypeOf<OutputOf<typeof parts>>().toEqualTypeOf<string>()
  expectTypeOf<PartOf<typeof parts>>().toEqualTypeOf<string>()
  const whole = scriptedTool({ name: 'a', script: [{ stream: ['a', 'b'], give: 2 }] })
  expectTypeOf<OutputOf<typeof whole>>().toEqualTypeOf<number>()
})

test('a script that gives nothing says nothing about its output', () => {
  const tool = scriptedTool({ name: 'a', script: [{ hang: 'obeys' }, { fail: { code: 'ECONNRESET' } }] })
  expectTypeOf<OutputOf<typeof tool>>().toEqualTypeOf<unknown>()
})

test('the schema says what callers pass, what functions get and what is remembered', () => {
  const tool = scriptedTool({
    name: 'greet',
    inputSchema: jsonSchema<{ name: string }>({ type: 'object' }),
    script: [{ give: ({ name }) => name.length }],
  })
  const runtime = createRuntime({ tools: [tool] })
  expectTypeOf(runtime.call('greet', { name: 'Ada' })).resolves.toEqualTypeOf<number>()
  expectTypeOf(tool.runs[0]?.input).toEqualTypeOf<{ name: string } | undefined>()
  // @ts-expect-error a name is a string
  void runtime.call('greet', { name: 1 })
})

test('a step has one end, and known ways to it', () => {
  // @ts-expect-error two ends
  scriptedTool({ name: 'a', script: [{ give: 1, hang: 'deaf' }] })
  // @ts-expect-error no end
  scriptedTool({ name: 'a', script: [{ after: 5 }] })
  // @ts-expect-error unknown key
  scriptedTool({ name: 'a', script: [{ give: 1, wait: 5 }] })
})
