import { memoryBreakerStore, memoryCacheStore } from '@headrace/core'
import { testBreakerStore, testCacheStore } from '@headrace/testing/vitest'

testBreakerStore({ title: 'memoryBreakerStore', create: () => memoryBreakerStore() })
testCacheStore({ title: 'memoryCacheStore', create: () => memoryCacheStore() })
