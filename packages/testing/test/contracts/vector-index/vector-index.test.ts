import { testVectorIndex } from '@headrace/testing/vitest'
import { keepCases } from '../../../src/contracts/vector-index/keep-cases.ts'
import { searchCases } from '../../../src/contracts/vector-index/search-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { brokenKeepIndexes } from './broken-keep.ts'
import { brokenSearchIndexes } from './broken-search.ts'
import { persistentIndex, scanIndex } from './good.ts'

testVectorIndex({ title: 'an exact index', create: scanIndex })
testVectorIndex({ title: 'a persistent index', create: persistentIndex })
testVectorIndex({
  title: 'an approximate index',
  create: () => ({ ...scanIndex(), supports: { approximate: true, persistent: false } }),
})

expectBroken(keepCases, brokenKeepIndexes)
expectBroken(searchCases, brokenSearchIndexes)
