import { testCacheStore } from '@headrace/testing/vitest'
import { entryCases } from '../../../src/contracts/cache-store/entry-cases.ts'
import { epochCases } from '../../../src/contracts/cache-store/epoch-cases.ts'
import { expiryCases } from '../../../src/contracts/cache-store/expiry-cases.ts'
import { leaseCases } from '../../../src/contracts/cache-store/lease-cases.ts'
import { storeCases } from '../../../src/contracts/cache-store/store-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { brokenEntryCaches } from './broken-entry.ts'
import { brokenEpochCaches } from './broken-epoch.ts'
import { brokenExpiryCaches } from './broken-expiry.ts'
import { brokenLeaseCaches } from './broken-lease.ts'
import { brokenStoreCaches } from './broken-store.ts'
import { leasingStore, persistentStore, taglessStore } from './good.ts'

testCacheStore({ title: 'a cache with leases', create: leasingStore })
testCacheStore({ title: 'a cache without tags', create: taglessStore })
testCacheStore({ title: 'a persistent cache', create: persistentStore })

expectBroken(entryCases, brokenEntryCaches)
expectBroken(epochCases, brokenEpochCaches)
expectBroken(expiryCases, brokenExpiryCaches)
expectBroken(leaseCases, brokenLeaseCaches)
expectBroken(storeCases, brokenStoreCaches)
