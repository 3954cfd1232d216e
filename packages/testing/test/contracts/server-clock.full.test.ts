import { testBreakerStore, testCacheStore, testJobStore, testLimiter, testVectorIndex } from '@headrace/testing/vitest'
import { clockedBreakers, clockedCache, clockedIndex, clockedJobs, clockedLimits } from './clocked-stores.ts'

const { now } = Date

// The same as in the quick tests, but time really passes.
testBreakerStore({ clock: 'server', create: () => clockedBreakers(now) })
testCacheStore({ clock: 'server', create: () => clockedCache(now) })
testJobStore({ clock: 'server', create: () => clockedJobs(now) })
testLimiter({ clock: 'server', create: () => clockedLimits(now) })
testVectorIndex({ clock: 'server', create: () => clockedIndex(now) })
