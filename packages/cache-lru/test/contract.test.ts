import { lruCacheStore, lruVectorIndex } from '@headrace/cache-lru'
import { testCacheStore, testVectorIndex } from '@headrace/testing/vitest'

testCacheStore({ title: 'lruCacheStore', create: () => lruCacheStore() })
testVectorIndex({ title: 'lruVectorIndex', create: () => lruVectorIndex() })
