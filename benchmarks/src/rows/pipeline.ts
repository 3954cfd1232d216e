import { atMost, type Goal } from '../goal.ts'
import { cpuPerCall } from '../measure/cpu.ts'
import type { Row } from '../row.ts'
import { sequentialProbe } from './sequential.ts'

const tool = 'forecast'
const turnSize = 100
const turns = 50
const objectArguments = (days: number) => ({ city: 'Uppsala', days, unit: 'celsius' })
const textArguments = (days: number) => `{"city":"Uppsala","days":${days},"unit":"celsius"}`

const createPipeline = async () => (await import('../contenders/headrace-pipeline.ts')).createPipeline()

function pipelineRow(id: string, title: string, goal: Goal, argumentsAt: (index: number) => unknown): Row {
  return {
    id: `pipeline-${id}`,
    title: `whole pipeline, ${title}`,
    unit: 'ns',
    contenders: ['headrace'],
    goals: [goal],
    value: (sample) => sample.cpu ?? Number.NaN,
    open: async (_, scale) => {
      const runtime = await createPipeline()
      let next = 1
      const run = async (count: number) => {
        for (let index = 0; index < count; index++) await runtime.dispatch({ tool, arguments: argumentsAt(next++) })
      }
      return sequentialProbe(run, scale)
    },
  }
}

/** Dispatch as a model asks for it: look-up, validation, cache key, cache, single-flight, the four policies. */
export const pipelineRows: readonly Row[] = [
  pipelineRow('miss', 'cache miss, object arguments', atMost(4_000, '4 µs'), objectArguments),
  pipelineRow('miss-text', 'cache miss, JSON text', atMost(5_500, '5.5 µs'), textArguments),
  pipelineRow('hit', 'cache hit', atMost(900, '0.9 µs'), () => objectArguments(1)),
]

/** What each further call of one model message costs: messages of 100 calls against messages of one. */
export const turnRow: Row = {
  id: 'turn',
  title: 'one model message with 100 parallel calls, marginal per call',
  unit: 'ns',
  contenders: ['headrace'],
  goals: [atMost(5_000, '5 µs')],
  value: ({ single = Number.NaN, full = Number.NaN }) => (full - single) / (turnSize - 1),
  open: async () => {
    const runtime = await createPipeline()
    let next = 1
    const costOf = (size: number) =>
      cpuPerCall(turns, async () => {
        for (let turn = 0; turn < turns; turn++) {
          const calls = Array.from({ length: size }, () => ({ tool, arguments: objectArguments(next++) }))
          await runtime.dispatchAll(calls)
        }
      })
    const measure = async () => ({ single: await costOf(1), full: await costOf(turnSize) })
    for (let warmUp = 0; warmUp < 5; warmUp++) await measure()
    return { measure }
  },
}
