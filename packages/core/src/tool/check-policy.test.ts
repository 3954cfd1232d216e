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
  [{ retry: true }, 'retry must be an object or false'],
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
  { retry: { maxAttempts: 3, backoff: () => 5 } },
  { retry: undefined, priority: undefined },
  { fallback: () => 'spare', priority: -1 },
] satisfies ToolPolicy[])('a policy %j is accepted', (policy) => {
  expect(defineTool({ ...base, annotations: readOnly, policy }).policy).toEqual(policy)
})

test('a retry needs a tool that may run twice', () => {
  const policy = { retry: { maxAttempts: 3 } }
  expect(() => defineTool({ ...base, policy })).toThrow("tool 'a': retry needs annotations.readOnlyHint")
  expect(() => defineTool({ ...base, annotations: { destructiveHint: false }, policy })).toThrow('retry needs')
  for (const annotations of [readOnly, { idempotentHint: true }]) {
    expect(defineTool({ ...base, annotations, policy }).policy).toEqual(policy)
  }
})

test('a retry that accepts repeats is allowed on any tool', () => {
  const policy = { retry: { idempotent: 'accept-repeats' } } satisfies ToolPolicy
  expect(defineTool({ ...base, policy }).policy).toEqual(policy)
})

test('a cache needs a tool that is read-only, always', () => {
  const policy = { cache: { ttl: 1000, scope: 'shared' } } satisfies ToolPolicy
  expect(() => defineTool({ ...base, policy })).toThrow("tool 'a': cache needs annotations.readOnlyHint")
  expect(() => defineTool({ ...base, annotations: { idempotentHint: true }, policy })).toThrow('cache needs')
  expect(defineTool({ ...base, annotations: readOnly, policy }).policy).toEqual(policy)
})

test('policies to come may be switched off, and are refused otherwise', () => {
  const define = (policy: object) => defineTool({ ...base, policy })
  expect(() => define({ rateLimit: false, hedge: undefined })).not.toThrow()
  expect(() => define({ rateLimit: { limit: 2, per: 200 } })).toThrow('policy.rateLimit is not there yet')
})
