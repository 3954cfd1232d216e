import { memoryLimiter } from '@headrace/core'
import { testLimiter } from '@headrace/testing/vitest'
import { chainCases } from '../../../src/contracts/limiter/chain-cases.ts'
import { permitCases } from '../../../src/contracts/limiter/permit-cases.ts'
import { rateCases } from '../../../src/contracts/limiter/rate-cases.ts'
import { storeCases } from '../../../src/contracts/limiter/store-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { changed, plainLimiter } from './broken.ts'
import { brokenChainLimits } from './broken-chain.ts'
import { brokenPermitLimits } from './broken-permit.ts'
import { brokenRateLimits } from './broken-rate.ts'
import { brokenStoreLimits } from './broken-store.ts'

testLimiter({ title: 'a limiter of token buckets only', create: plainLimiter })
testLimiter({
  title: 'a shared limiter',
  create() {
    const good = memoryLimiter()
    const open = () => changed(good, { supports: { ...good.supports, shared: true } })
    return { store: open(), reopen: open }
  },
})

expectBroken(chainCases, brokenChainLimits)
expectBroken(permitCases, brokenPermitLimits)
expectBroken(rateCases, brokenRateLimits)
expectBroken(storeCases, brokenStoreLimits)
