import { testJobStore } from '@headrace/testing/vitest'
import { claimCases } from '../../../src/contracts/job-store/claim-cases.ts'
import { createCases } from '../../../src/contracts/job-store/create-cases.ts'
import { storeCases } from '../../../src/contracts/job-store/store-cases.ts'
import { updateCases } from '../../../src/contracts/job-store/update-cases.ts'
import { watchCases } from '../../../src/contracts/job-store/watch-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { broken, durableStore } from './broken.ts'
import { brokenClaimJobs } from './broken-claim.ts'
import { brokenCreateJobs } from './broken-create.ts'
import { brokenStoreJobs } from './broken-store.ts'
import { brokenUpdateJobs } from './broken-update.ts'
import { brokenWatchJobs } from './broken-watch.ts'

testJobStore({ title: 'durable jobs', create: durableStore })
testJobStore({
  title: 'jobs that are told late, without push',
  create: broken((good) => ({
    supports: { ...good.supports, push: false },
    watch(id, listener) {
      let told = good.get(id, { now: 0 })?.version ?? 0
      const timer = setInterval(() => {
        const job = good.get(id, { now: 0 })
        if (job === undefined || job.version === told) return
        told = job.version
        listener(job)
      }, 5)
      return () => clearInterval(timer)
    },
  })),
})

expectBroken(claimCases, brokenClaimJobs)
expectBroken(createCases, brokenCreateJobs)
expectBroken(storeCases, brokenStoreJobs)
expectBroken(updateCases, brokenUpdateJobs)
expectBroken(watchCases, brokenWatchJobs)
