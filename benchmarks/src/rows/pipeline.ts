import { type ModelCall, requireForm } from '../contender.ts'
import { objectCall, textCall } from '../forecast.ts'
import { atMost, atMostOrTimes, type Goal, timesUnder } from '../goal.ts'
import type { Row } from '../row.ts'
import { sequentialProbe, sequentialWorkload } from './sequential.ts'

/** So much code is warm later than that of a single policy. */
const warmUps = 4

const underPeers = timesUnder(3, ['zod-lru-cockatiel', 'rxjs-pipeline'], 'either peer')

function pipelineRow(id: string, title: string, goals: readonly Goal[], callAt: (index: number) => ModelCall): Row {
  return {
    id: `pipeline-${id}`,
    title: `whole pipeline, ${title}`,
    unit: 'ns',
    contenders: ['bare', 'by-hand', 'headrace', 'zod-lru-cockatiel', 'rxjs-pipeline'],
    load: { headrace: () => import('../contenders/pipeline/headrace.ts') },
    goals,
    value: (sample) => sample.cpu ?? Number.NaN,
    open: async (create, scale) => {
      const dispatch = requireForm(create(sequentialWorkload), 'dispatch')
      let next = 1
      const run = async (count: number) => {
        for (let index = 0; index < count; index++) await dispatch(callAt(next++))
      }
      return sequentialProbe(run, { ...scale, warmUpMs: scale.warmUpMs * warmUps })
    },
  }
}

const floor = { factor: 1.4, floor: 'by-hand' } as const

/** Dispatch as a model asks for it: look-up, validation, cache key, cache, single-flight, the four policies. */
export const pipelineRows: readonly Row[] = [
  pipelineRow('miss', 'cache miss, object arguments', [atMostOrTimes(4_000, '4 µs', floor), underPeers], objectCall),
  pipelineRow('miss-text', 'cache miss, JSON text', [atMostOrTimes(5_500, '5.5 µs', floor), underPeers], textCall),
  pipelineRow('hit', 'cache hit', [atMost(900, '0.9 µs')], () => objectCall(1)),
]
