import {
  lexicalEmbedder,
  memoryAuditLog,
  memoryBreakerStore,
  memoryCacheStore,
  memoryJobStore,
  memoryLimiter,
  memoryVectorIndex,
} from '@headrace/core'
import { fakeEmbedder } from '@headrace/testing'
import {
  testAuditLog,
  testBreakerStore,
  testCacheStore,
  testEmbedder,
  testJobStore,
  testLimiter,
  testVectorIndex,
} from '@headrace/testing/vitest'

testAuditLog({ title: 'memoryAuditLog', create: () => memoryAuditLog() })
testBreakerStore({ title: 'memoryBreakerStore', create: () => memoryBreakerStore() })
testCacheStore({ title: 'memoryCacheStore', create: () => memoryCacheStore() })
testJobStore({ title: 'memoryJobStore', create: () => memoryJobStore() })
testJobStore({
  title: 'memoryJobStore, shared',
  create() {
    const store = memoryJobStore({ shared: true })
    return { store, reopen: () => store }
  },
})
testLimiter({ title: 'memoryLimiter', create: () => memoryLimiter() })
testEmbedder({ title: 'fakeEmbedder', create: () => fakeEmbedder() })
testEmbedder({ title: 'lexicalEmbedder', create: () => lexicalEmbedder() })
testVectorIndex({ title: 'memoryVectorIndex', create: () => memoryVectorIndex() })
