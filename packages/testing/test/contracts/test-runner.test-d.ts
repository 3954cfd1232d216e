import * as node from 'node:test'
import { memoryCacheStore } from '@headrace/core'
import { type TestRunner, testCacheStore } from '@headrace/testing'
import * as face from '@headrace/testing/vitest'
import { describe, expectTypeOf, it, test } from 'vitest'

test('the runners of vitest and Node fit as they are', () => {
  expectTypeOf({ describe, it }).toExtend<TestRunner>()
  expectTypeOf({ describe: node.describe, it: node.it }).toExtend<TestRunner>()
})

test('create gives the store, a promise of it, or more than the store', () => {
  const store = memoryCacheStore()
  expectTypeOf(face.testCacheStore).toBeCallableWith({ create: () => store })
  expectTypeOf(face.testCacheStore).toBeCallableWith({ create: async () => store, clock: 'server', title: 'a cache' })
  expectTypeOf(face.testCacheStore).toBeCallableWith({ create: () => ({ store, reopen: () => store }) })
  expectTypeOf(testCacheStore).parameter(1).toEqualTypeOf<TestRunner>()
  // @ts-expect-error a store of another port
  face.testLimiter({ create: () => store })
})
