import { testVectorIndex } from '@headrace/testing/vitest'
import { persistentIndex, scanIndex } from './good.ts'

testVectorIndex({ title: 'an exact index', create: scanIndex })
testVectorIndex({ title: 'a persistent index', create: persistentIndex })
testVectorIndex({
  title: 'an approximate index',
  create: () => ({ ...scanIndex(), supports: { approximate: true, persistent: false } }),
})
