import { memoryBreakerStore } from '@headrace/core'
import { testBreakerStore } from '@headrace/testing/vitest'

testBreakerStore({ title: 'memoryBreakerStore', create: () => memoryBreakerStore() })
