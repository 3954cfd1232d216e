import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchema } from '../json-schema.ts'
import { defineTool } from '../tool/define-tool.ts'
import type { Tool } from '../tool/tool.ts'
import { createRegistry, type RegistryChange } from './registry.ts'

const toolOf = (name: string): Tool =>
  defineTool({ name, description: `does ${name}`, inputSchema: z.object({ q: z.string() }), execute: () => 1 })

test('gives what was registered, by name', () => {
  const registry = createRegistry()
  const tool = toolOf('a')
  registry.register(tool)
  expect(registry.get('a')).toBe(tool)
  expect([registry.has('a'), registry.has('b'), registry.get('b')]).toEqual([true, false, undefined])
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  '%s is no name that is there by itself',
  (name) => {
    const registry = createRegistry()
    expect([registry.get(name), registry.has(name), registry.unregister(name)]).toEqual([undefined, false, false])
  },
)

test('a tool may have the name of something that every object has', () => {
  const registry = createRegistry()
  registry.register(toolOf('constructor'))
  expect(registry.get('constructor')?.name).toBe('constructor')
})

test('a taken name is refused, and the first tool stays', () => {
  const registry = createRegistry()
  const first = toolOf('a')
  registry.register(first)
  expect(() => registry.register(toolOf('a'))).toThrow("tool 'a' is registered already; unregister it first")
  expect(registry.get('a')).toBe(first)
})

test('tells of every change, after it', () => {
  const seen: [RegistryChange, boolean][] = []
  const registry = createRegistry({ onChange: (change) => seen.push([change, registry.has(change.tool)]) })
  registry.register(toolOf('a'))
  expect(registry.unregister('a')).toBe(true)
  expect(registry.unregister('a')).toBe(false)
  expect(seen).toEqual([
    [{ change: 'register', tool: 'a' }, true],
    [{ change: 'unregister', tool: 'a' }, false],
  ])
})

test('lists tools as JSON Schema, in order, until they change', () => {
  const registry = createRegistry()
  registry.register(toolOf('b'))
  registry.register(toolOf('a'))
  const list = registry.list()
  expect(list.map(({ name }) => name)).toEqual(['b', 'a'])
  expect(registry.list()).toBe(list)
  registry.unregister('b')
  expect(registry.list().map(({ name }) => name)).toEqual(['a'])
})

test('a tool of the same name that was registered later is listed with its own schema', () => {
  const registry = createRegistry()
  registry.register(toolOf('a'))
  registry.list()
  registry.unregister('a')
  const inputSchema = jsonSchema({ type: 'object', properties: { z: { type: 'integer' } } })
  registry.register(defineTool({ name: 'a', description: 'new', inputSchema, execute: () => 1 }))
  expect(registry.list()[0]?.inputSchema).toEqual({ type: 'object', properties: { z: { type: 'integer' } } })
})

test('names the nearest tools, three of them by default', () => {
  const registry = createRegistry()
  for (const name of ['search_docs', 'search_mail', 'send_mail', 'list', 'search_all']) registry.register(toolOf(name))
  expect(registry.nearest('serch_docs')).toHaveLength(3)
  expect(registry.nearest('serch_docs', 1)).toEqual(['search_docs'])
})
