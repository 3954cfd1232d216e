import { of } from 'rxjs'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { jsonSchema } from '../../src/json-schema.ts'
import { createRuntime } from '../../src/runtime/create-runtime.ts'
import { defineTool } from '../../src/tool/define-tool.ts'
import type { Tool } from '../../src/tool/tool.ts'

const weather = defineTool({
  name: 'weather',
  description: 'tells the weather',
  inputSchema: z.object({ city: z.string(), days: z.number().default(3) }),
  execute: async ({ city }) => ({ city, degrees: 20 }),
})
const search = defineTool({
  name: 'search',
  description: 'searches',
  inputSchema: jsonSchema({ type: 'object', properties: { q: { type: 'string' } } }),
  execute: () => of('a', 'b'),
})
const runtime = createRuntime({ tools: [weather, search] })

test('a call by name is typed by its tool', async () => {
  expectTypeOf(await runtime.call('weather', { city: 'Bern' })).toEqualTypeOf<{ city: string; degrees: number }>()
  expectTypeOf(await runtime.call('search', { q: 'x', limit: 5 })).toEqualTypeOf<string>()
})

test('a call by tool is typed, registered or not', async () => {
  const inputSchema = z.object({ n: z.number() })
  const other = defineTool({ name: 'other', description: 'counts', inputSchema, execute: () => 5n })
  expectTypeOf(await runtime.call(weather, { city: 'Bern', days: 1 })).toEqualTypeOf<{
    city: string
    degrees: number
  }>()
  expectTypeOf(await runtime.call(other, { n: 1 })).toEqualTypeOf<bigint>()
})

test('a wrong name or wrong arguments do not compile', () => {
  // @ts-expect-error no such tool
  void runtime.call('wether', { city: 'Bern' })
  // @ts-expect-error a missing argument
  void runtime.call('weather', {})
  // @ts-expect-error an argument of another type
  void runtime.call('weather', { city: 5 })
  // @ts-expect-error an argument that the tool does not know
  void runtime.call(weather, { city: 'Bern', zip: 5 })
  // @ts-expect-error an option that calls do not have
  void runtime.call(weather, { city: 'Bern' }, { timeout: 5 })
})

test('the result and the events of a call carry its output', async () => {
  const pending = runtime.call('weather', { city: 'Bern' })
  const result = await pending.result()
  if (result.status === 'ok') expectTypeOf(result.output).toEqualTypeOf<{ city: string; degrees: number }>()
  if (result.status === 'cancelled') expectTypeOf(result.reason).toEqualTypeOf<unknown>()
  runtime.call$('search', {}).subscribe((event) => {
    if (event.type === 'call-settle' && event.result.status === 'ok') {
      expectTypeOf(event.result.output).toEqualTypeOf<string>()
    }
  })
})

test('nothing is known about what a model wrote', async () => {
  expectTypeOf(await runtime.dispatch({ tool: 'anything', arguments: '{}' })).toEqualTypeOf<unknown>()
  const [result] = await runtime.dispatchAll([{ tool: 'weather', arguments: {} }])
  if (result?.status === 'ok') expectTypeOf(result.output).toEqualTypeOf<unknown>()
})

test('a scope knows the tools of its runtime', async () => {
  const scope = runtime.scope()
  expectTypeOf(await scope.call('search', {})).toEqualTypeOf<string>()
  // @ts-expect-error no such tool
  void scope.call('nowhere', {})
})

test('a runtime whose tools are not known takes any name', async () => {
  const tools: readonly Tool[] = [weather, search]
  expectTypeOf(await createRuntime({ tools }).call('weather', { anything: 1 })).toEqualTypeOf<unknown>()
  expectTypeOf(await createRuntime().call('weather', {})).toEqualTypeOf<unknown>()
})

test('the registry lists tools as JSON Schema', () => {
  expectTypeOf(runtime.registry.get('weather')).toEqualTypeOf<Tool | undefined>()
  expectTypeOf(runtime.registry.list()[0]?.inputSchema).toEqualTypeOf<Readonly<Record<string, unknown>> | undefined>()
  expectTypeOf(runtime.registry.nearest('wether')).toEqualTypeOf<string[]>()
})
