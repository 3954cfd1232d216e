import { memoryLimiter } from '@headrace/core'
import { testLimiter } from '@headrace/testing/vitest'
import { changed, plainLimiter } from './broken.ts'

testLimiter({ title: 'a limiter of token buckets only', create: plainLimiter })
testLimiter({
  title: 'a shared limiter',
  create() {
    const good = memoryLimiter()
    const open = () => changed(good, { supports: { ...good.supports, shared: true } })
    return { store: open(), reopen: open }
  },
})
