import { type Observable, of } from 'rxjs'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { jsonSchema } from '../../src/json-schema.ts'
import { defineTool } from '../../src/tool/define-tool.ts'
import type { Tool } from '../../src/tool/tool.ts'

type InputOf<T> = T extends Tool<string, infer In, unknown, unknown> ? In : never
type OutputOf<T> = T extends Tool<string, unknown, infer Out, unknown> ? Out : never
type PartOf<T> = T extends Tool<string, unknown, unknown, infer Part> ? Part : never

const base = { name: 'a', description: 'does a', inputSchema: z.object({ q: z.string() }) } as const

test('the name is a literal', () => {
  const tool = defineTool({ ...base, name: 'weather', execute: () => 1 })
  expectTypeOf(tool.name).toEqualTypeOf<'weather'>()
})

test('callers pass what the schema takes, execute gets what it gives', () => {
  const tool = defineTool({
    name: 'a',
    description: 'does a',
    inputSchema: z.object({ days: z.coerce.number().default(3), city: z.string().transform((city) => city.length) }),
    execute(input) {
      expectTypeOf(input).toEqualTypeOf<{ days: number; city: number }>()
    },
  })
  expectTypeOf<InputOf<typeof tool>>().toEqualTypeOf<{ days?: unknown; city: string }>()
})

test('a plain JSON Schema takes any named values, or what its author says', () => {
  const open = defineTool({ ...base, inputSchema: jsonSchema({ type: 'object' }), execute: (input) => input })
  expectTypeOf<InputOf<typeof open>>().toEqualTypeOf<Record<string, unknown>>()
  const inputSchema = jsonSchema<{ city: string }>({ type: 'object', properties: { city: { type: 'string' } } })
  const typed = defineTool({ ...base, inputSchema, execute: ({ city }) => city })
  expectTypeOf<InputOf<typeof typed>>().toEqualTypeOf<{ city: string }>()
  expectTypeOf<OutputOf<typeof typed>>().toEqualTypeOf<string>()
})

test('the context is typed, and its functions can be taken out', () => {
  defineTool({
    ...base,
    async execute(_, { signal, attempt, progress, remainingMs, call }) {
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      expectTypeOf(attempt).toEqualTypeOf<number>()
      progress({ progress: 1, total: 2 })
      expectTypeOf(remainingMs()).toEqualTypeOf<number>()
      const child = defineTool({ ...base, execute: () => 5 })
      expectTypeOf(await call(child, { q: 'x' })).toEqualTypeOf<number>()
      expectTypeOf(await call('other', {})).toEqualTypeOf<unknown>()
      // @ts-expect-error the tool's arguments are known
      void call(child, { q: 1 })
    },
  })
})

test('a plain value, sync or async, is the output; nothing streams', () => {
  const sync = defineTool({ ...base, execute: ({ q }) => q.length })
  expectTypeOf<OutputOf<typeof sync>>().toEqualTypeOf<number>()
  expectTypeOf<PartOf<typeof sync>>().toEqualTypeOf<never>()
  const later = defineTool({ ...base, execute: async ({ q }) => ({ q }) })
  expectTypeOf<OutputOf<typeof later>>().toEqualTypeOf<{ q: string }>()
  expectTypeOf<PartOf<typeof later>>().toEqualTypeOf<never>()
  const nothing = defineTool({ ...base, execute: () => {} })
  expectTypeOf<OutputOf<typeof nothing>>().toEqualTypeOf<void>()
})

test('arrays, strings, iterables and sync generators are one value', () => {
  const list = defineTool({ ...base, execute: () => ['a', 'b'] })
  expectTypeOf<OutputOf<typeof list>>().toEqualTypeOf<string[]>()
  expectTypeOf<PartOf<typeof list>>().toEqualTypeOf<never>()
  const set = defineTool({ ...base, execute: () => new Set([1]) })
  expectTypeOf<OutputOf<typeof set>>().toEqualTypeOf<Set<number>>()
  const generator = defineTool({
    ...base,
    *execute(): Generator<number, string> {
      yield 1
      return 'x'
    },
  })
  expectTypeOf<OutputOf<typeof generator>>().toEqualTypeOf<Generator<number, string>>()
  expectTypeOf<PartOf<typeof generator>>().toEqualTypeOf<never>()
})

test('an async generator streams its values and gives its return value', () => {
  const whole = defineTool({
    ...base,
    async *execute() {
      yield 'a'
      return 5
    },
  })
  expectTypeOf<OutputOf<typeof whole>>().toEqualTypeOf<number>()
  expectTypeOf<PartOf<typeof whole>>().toEqualTypeOf<string>()
})

test('an async generator that returns nothing gives its last value', () => {
  const last = defineTool({
    ...base,
    async *execute({ q }) {
      yield q
    },
  })
  expectTypeOf<OutputOf<typeof last>>().toEqualTypeOf<string>()
  expectTypeOf<PartOf<typeof last>>().toEqualTypeOf<string>()
  const sometimes = defineTool({
    ...base,
    async *execute({ q }): AsyncGenerator<string, number | undefined> {
      yield q
      return q === '' ? undefined : 1
    },
  })
  expectTypeOf<OutputOf<typeof sometimes>>().toEqualTypeOf<string | number>()
})

test('an async iterable or an observable gives its last value, also as a promise', () => {
  const iterable = defineTool({ ...base, execute: (): AsyncIterable<Date> => new ReadableStream<Date>() })
  expectTypeOf<OutputOf<typeof iterable>>().toEqualTypeOf<Date>()
  expectTypeOf<PartOf<typeof iterable>>().toEqualTypeOf<Date>()
  const observable = defineTool({ ...base, execute: () => of(1, 2) })
  expectTypeOf<OutputOf<typeof observable>>().toEqualTypeOf<number>()
  expectTypeOf<PartOf<typeof observable>>().toEqualTypeOf<number>()
  const later = defineTool({ ...base, execute: async (): Promise<Observable<boolean>> => of(true) })
  expectTypeOf<OutputOf<typeof later>>().toEqualTypeOf<boolean>()
  expectTypeOf<PartOf<typeof later>>().toEqualTypeOf<boolean>()
})

test('an output schema says what the output is', () => {
  const outputSchema = z.object({ sum: z.string().transform(Number) })
  const tool = defineTool({ ...base, outputSchema, execute: async () => ({ sum: '5' }) })
  expectTypeOf<OutputOf<typeof tool>>().toEqualTypeOf<{ sum: number }>()
})

test('tools of every kind go into one list', () => {
  const one = defineTool({ ...base, execute: ({ q }) => q })
  const two = defineTool({ ...base, name: 'b', inputSchema: jsonSchema({}), execute: () => of(1) })
  const tools: readonly Tool[] = [one, two]
  expectTypeOf(tools).items.toEqualTypeOf<Tool>()
})

test('what is no tool does not compile', () => {
  // @ts-expect-error no schema
  defineTool({ name: 'a', description: 'a', execute: () => 1 })
  // @ts-expect-error a misspelt annotation
  defineTool({ ...base, annotations: { readonly: true }, execute: () => 1 })
  // @ts-expect-error a misspelt option of a policy
  defineTool({ ...base, policy: { retry: { attempts: 3 } }, execute: () => 1 })
  // @ts-expect-error an unknown kind of support
  defineTool({ ...base, execution: { taskSupport: 'always' }, execute: () => 1 })
})
