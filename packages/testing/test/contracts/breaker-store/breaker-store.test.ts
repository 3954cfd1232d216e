import { generationCases } from '../../../src/contracts/breaker-store/generation-cases.ts'
import { openingCases } from '../../../src/contracts/breaker-store/opening-cases.ts'
import { probeCases } from '../../../src/contracts/breaker-store/probe-cases.ts'
import { storeCases } from '../../../src/contracts/breaker-store/store-cases.ts'
import { viewCases } from '../../../src/contracts/breaker-store/view-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { brokenGenerationBreakers } from './broken-generation.ts'
import { brokenOpeningBreakers } from './broken-opening.ts'
import { brokenProbeBreakers } from './broken-probe.ts'
import { brokenStoreBreakers } from './broken-store.ts'
import { brokenViewBreakers } from './broken-view.ts'

expectBroken(generationCases, brokenGenerationBreakers)
expectBroken(openingCases, brokenOpeningBreakers)
expectBroken(probeCases, brokenProbeBreakers)
expectBroken(storeCases, brokenStoreBreakers)
expectBroken(viewCases, brokenViewBreakers)
