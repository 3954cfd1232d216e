import { defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'

/** How often a cached tool ran for these arguments, one call after the other. */
async function runsFor(...args: readonly unknown[]): Promise<number> {
  let runs = 0
  const tool = defineTool({
    name: 'read',
    description: 'read',
    annotations: { readOnlyHint: true },
    inputSchema: jsonSchema({ type: 'object', properties: { limit: { type: 'number', default: 10 }, q: {} } }),
    policy: { cache: { ttl: 1_000, scope: 'shared' } },
    execute: () => {
      runs += 1
      return runs
    },
  })
  const { clock, runtime } = openRuntime({ tools: [tool] })
  for (const value of args) {
    runtime.dispatch({ tool: 'read', arguments: value })
    await clock.advance(0)
  }
  return runs
}

describe('cache: keys', () => {
  it('are made of the arguments with their defaults', async () => {
    expect(await runsFor({}, { limit: 10 }, '{}', '', null, undefined)).toBe(1)
    expect(await runsFor({}, { limit: 11 })).toBe(2)
  })

  it('do not depend on the order of keys at any depth, and do on the order of lists', async () => {
    expect(await runsFor({ q: { a: 1, b: { c: 2, d: 3 } } }, { q: { b: { d: 3, c: 2 }, a: 1 } })).toBe(1)
    expect(await runsFor({ q: [1, 2] }, { q: [2, 1] })).toBe(2)
  })

  it('take numbers as JSON does', async () => {
    expect(await runsFor('{"q":1}', '{"q":1.0}', '{"q":1e0}', '{"q":10e-1}')).toBe(1)
    expect(await runsFor('{"q":0}', '{"q":-0}')).toBe(1)
    expect(await runsFor('{"q":1}', '{"q":"1"}', '{"q":[1]}', '{"q":{"1":1}}')).toBe(4)
  })

  it('take strings as they are: escapes are equal, forms of Unicode are not', async () => {
    expect(await runsFor('{"q":"\\u0041"}', '{"q":"A"}')).toBe(1)
    expect(await runsFor({ q: '\u00e9' }, { q: 'e\u0301' })).toBe(2)
    expect(await runsFor({ q: '","' }, { q: '"' }, { q: ['', ''] }, { q: ['","'] })).toBe(4)
    expect(await runsFor({ q: '\ud800' }, { q: '\udfff' })).toBe(2)
  })
})
