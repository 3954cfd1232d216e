import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import type { ToolPolicy } from './tool-policy.ts'

const base = { name: 'a', description: 'does a', inputSchema: z.object({}), execute: () => 1 }
const readOnly = { readOnlyHint: true }

test.each([
  [{ concurrency: { max: 0 } }, 'concurrency.max'],
  [{ retry: { maxAttempts: 0 } }, 'maxAttempts'],
  [{ breaker: { failureRate: 1.5 } }, 'failureRate'],
  [{ timeout: { attempt: -1 } }, 'attempt'],
  [{ cache: { ttl: -1, scope: 'shared' } }, 'ttl'],
  [{ priority: Number.NaN }, 'priority'],
  [{ fallback: 'spare' }, 'fallback'],
  [{ rateLimit: null }, 'rateLimit must be an object'],
  [{ rateLimit: 0 }, 'rateLimit must be an object'],
  [{ retry: true }, 'retry must be an object or false'],
  [{ hedge: { max: 0 } }, 'hedge: max'],
  [{ hedge: true }, 'hedge must be an object or false'],
  [{ repeat: { max: 3 } }, 'repeat: within is missing'],
  [{ repeat: true }, 'repeat must be an object or false'],
  [{ approval: true }, 'approval must be a function'],
  [{ timeout: [] }, 'timeout must be an object or false'],
  [{ retries: { maxAttempts: 3 } }, "unknown option 'retries'"],
])('a policy %j is refused with the name of the tool and the option', (policy, name) => {
  const define = () => defineTool({ ...base, annotations: readOnly, policy: policy as ToolPolicy })
  expect(define).toThrow(name)
  expect(define).toThrow("tool 'a'")
})

test.each([
  { timeout: { attempt: 50, total: Number.POSITIVE_INFINITY } },
  { retry: false, breaker: false, cache: false, concurrency: false, timeout: false, fallback: false },
  { hedge: false, repeat: false, approval: false },
  { hedge: {}, repeat: { max: 3, within: 60_000 }, approval: () => true },
  { retry: { maxAttempts: 3, backoff: () => 5 } },
  { retry: undefined, priority: undefined },
  { fallback: () => 'spare', priority: -1 },
] satisfies ToolPolicy[])('a policy %j is accepted', (policy) => {
  expect(defineTool({ ...base, annotations: readOnly, policy }).policy).toEqual(policy)
})

test.each([
  ['retry', { retry: { maxAttempts: 3 } }],
  ['hedge', { hedge: {} }],
] satisfies [string, ToolPolicy][])('a %s needs a tool that may run twice', (name, policy) => {
  expect(() => defineTool({ ...base, policy })).toThrow(`tool 'a': ${name} needs annotations.readOnlyHint`)
  expect(() => defineTool({ ...base, annotations: { destructiveHint: false }, policy })).toThrow(`${name} needs`)
  for (const annotations of [readOnly, { idempotentHint: true }]) {
    expect(defineTool({ ...base, annotations, policy }).policy).toEqual(policy)
  }
})

test.each([
  { retry: { idempotent: 'accept-repeats' } },
  { hedge: { idempotent: 'accept-repeats' } },
] satisfies ToolPolicy[])('a policy that accepts repeats, %j, is allowed on any tool', (policy) => {
  expect(defineTool({ ...base, policy }).policy).toEqual(policy)
})

test('a cache needs a tool that is read-only, always', () => {
  const policy = { cache: { ttl: 1000, scope: 'shared' } } satisfies ToolPolicy
  expect(() => defineTool({ ...base, policy })).toThrow("tool 'a': cache needs annotations.readOnlyHint")
  expect(() => defineTool({ ...base, annotations: { idempotentHint: true }, policy })).toThrow('cache needs')
  expect(defineTool({ ...base, annotations: readOnly, policy }).policy).toEqual(policy)
})

test('invalidates is a function, on a tool that is not read-only', () => {
  const policy = { invalidates: () => ['orders'] } satisfies ToolPolicy
  expect(defineTool({ ...base, policy }).policy).toEqual(policy)
  expect(() => defineTool({ ...base, policy: { invalidates: false } })).not.toThrow()
  expect(() => defineTool({ ...base, annotations: readOnly, policy })).toThrow('invalidates is for tools that write')
  const list = { invalidates: ['orders'] } as unknown as ToolPolicy
  expect(() => defineTool({ ...base, policy: list })).toThrow("tool 'a': invalidates must be a function, got an array")
})
