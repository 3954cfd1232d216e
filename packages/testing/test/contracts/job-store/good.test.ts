import { testJobStore } from '@headrace/testing/vitest'
import { broken, durableStore } from './broken.ts'

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
