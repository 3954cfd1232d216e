import { expectTypeOf, test } from 'vitest'
import type { CachePolicy, InvalidatePolicy, NegativePolicy, RuntimeControl, ToolPolicy } from '../../src/index.ts'

test('functions of a cache policy may say what they take', () => {
  const policy: CachePolicy = {
    ttl: 1_000,
    scope: 'tenant',
    fields: { unit: (unit: string) => unit.toLowerCase(), q: 'fuzzy', trace: 'ignore', id: 'exact' },
    tags: ({ id }: { id: string }, { owner }: { owner: string }) => [id, owner],
  }
  expectTypeOf(policy.scope).toEqualTypeOf<'session' | 'tenant' | 'shared'>()
  const invalidates: InvalidatePolicy = ({ id }: { id: string }) => [id]
  expectTypeOf<ToolPolicy['invalidates']>().toEqualTypeOf<InvalidatePolicy | false | undefined>()
  expectTypeOf(invalidates).returns.toEqualTypeOf<readonly string[]>()
})

test('field policies, codes and scopes are known by name', () => {
  // @ts-expect-error a field policy is misspelt
  const misspelt: CachePolicy = { ttl: 1, scope: 'shared', fields: { q: 'fuzy' } }
  // @ts-expect-error there is no such code
  const unknown: NegativePolicy = { codes: ['NOT_FOUND'], ttl: 1 }
  // @ts-expect-error tags are texts
  const numbers: InvalidatePolicy = () => [1]
  expectTypeOf([misspelt, unknown, numbers]).toBeArray()
})

test('what is done by hand can be awaited', () => {
  const { cache, endSession } = {} as RuntimeControl
  expectTypeOf(cache.invalidate).parameter(0).toEqualTypeOf<readonly string[]>()
  expectTypeOf(cache.invalidate).returns.toEqualTypeOf<Promise<void>>()
  expectTypeOf(cache.clear).returns.toEqualTypeOf<Promise<void>>()
  expectTypeOf(cache.reject).returns.toEqualTypeOf<boolean>()
  expectTypeOf(endSession).returns.toEqualTypeOf<Promise<void>>()
})
