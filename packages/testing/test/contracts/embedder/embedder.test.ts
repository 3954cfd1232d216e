import { testEmbedder } from '@headrace/testing/vitest'
import { embedderCases } from '../../../src/contracts/embedder/embedder-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { brokenEmbedders, letterEmbedder } from './broken-embedders.ts'

testEmbedder({ title: 'an embedder of letters', create: letterEmbedder })

expectBroken(embedderCases, brokenEmbedders)
