import { createRuntime, defineTool, type Registry, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type NameRule, toolNames } from './tool-names.ts'

const rule: NameRule = { allowed: /[\w-]/, first: /[A-Za-z_]/, maxLength: 12 }

function tool(name: string): Tool {
  return defineTool({ name, description: name, inputSchema: jsonSchema({ type: 'object' }), execute: () => 1 })
}

function registryOf(...names: string[]): Registry {
  return createRuntime({ tools: names.map(tool) }).registry
}

describe('toolNames', () => {
  it('keeps what the provider allows', () => {
    const names = toolNames(registryOf('find', 'get-it_2'), rule)
    expect(['find', 'get-it_2'].map(names.toProvider)).toEqual(['find', 'get-it_2'])
  })

  it('changes what the provider does not allow, and back', () => {
    const registry = registryOf('a.b', '1st', '-x', 'abcdefghijklmno')
    const names = toolNames(registry, rule)
    expect(registry.names().map(names.toProvider)).toEqual(['a_b', '_1st', '_-x', 'abcdefghijkl'])
    expect(['a_b', '_1st', '_-x', 'abcdefghijkl'].map(names.fromProvider)).toEqual(registry.names())
  })

  it('numbers names that would be the same, after those that need no change', () => {
    const registry = registryOf('a.b', 'a/b', 'a_b', 'abcdefghijkl.1', 'abcdefghijkl.2')
    const names = toolNames(registry, rule)
    expect(registry.names().map(names.toProvider)).toEqual(['a_b_2', 'a_b_3', 'a_b', 'abcdefghijkl', 'abcdefghij_2'])
  })

  it('returns a name that it never gave', () => {
    const names = toolNames(registryOf('find'), rule)
    expect(names.fromProvider('gone')).toBe('gone')
    expect(names.toProvider('not/there')).toBe('not/there')
  })

  it('keeps the names that were given while tools come and go', () => {
    const registry = registryOf('a.b')
    const names = toolNames(registry, rule)
    expect(names.toProvider('a.b')).toBe('a_b')
    registry.register(tool('a_b'))
    expect(names.toProvider('a_b')).not.toBe('a_b')
    registry.unregister('a.b')
    expect(names.fromProvider('a_b')).toBe('a.b')
  })

  it('is the same for one registry and one rule', () => {
    const registry = registryOf('a.b')
    expect(toolNames(registry, rule)).toBe(toolNames(registry, { ...rule, allowed: /[\w-]/ }))
    expect(toolNames(registry, rule)).not.toBe(toolNames(registry, { ...rule, maxLength: 64 }))
  })

  it('gives every tool a name of its own that fits, and finds the tool by it', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_./-]{1,16}$/)
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), fc.uniqueArray(name, { maxLength: 4 }), (first, later) => {
        const registry = registryOf(...first)
        const names = toolNames(registry, rule)
        for (const known of first) names.toProvider(known)
        for (const added of later) if (!registry.has(added)) registry.register(tool(added))
        const given = registry.names().map(names.toProvider)
        expect(new Set(given).size).toBe(given.length)
        expect(given.every((one) => /^[A-Za-z_][\w-]{0,11}$/.test(one))).toBe(true)
        expect(given.map(names.fromProvider)).toEqual(registry.names())
      }),
    )
  })
})
