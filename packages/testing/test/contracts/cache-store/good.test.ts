import { testCacheStore } from '@headrace/testing/vitest'
import { leasingStore, persistentStore, taglessStore } from './good.ts'

testCacheStore({ title: 'a cache with leases', create: leasingStore })
testCacheStore({ title: 'a cache without tags', create: taglessStore })
testCacheStore({ title: 'a persistent cache', create: persistentStore })
