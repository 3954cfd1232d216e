import {
  Command,
  GraphDrained,
  GraphInterrupt,
  GraphRecursionError,
  NodeInterrupt,
  ParentCommand,
} from '@langchain/langgraph'
import { expect, it } from 'vitest'
import { belongsToGraph } from './belongs-to-graph.ts'

const marked = (): Error =>
  Object.defineProperty(new Error('x'), Symbol.for('langgraph.invalid_resume'), { value: true })

it('knows what LangGraph steers by', () => {
  const own = [new GraphInterrupt([]), new NodeInterrupt('x'), new GraphDrained(), new ParentCommand(new Command({}))]
  expect(own.map(belongsToGraph)).toEqual([true, true, true, true])
})

it('knows an answer that does not fit an interrupt, also as a cause', () => {
  expect(belongsToGraph(marked())).toBe(true)
  expect(belongsToGraph(new Error('y', { cause: new Error('z', { cause: marked() }) }))).toBe(true)
})

it('takes all else for a failure, also errors whose causes go round', () => {
  const round: Error & { cause?: unknown } = new Error('round')
  round.cause = round
  const others = [undefined, null, 'x', 7, {}, new Error('x'), new GraphRecursionError('x'), round, { is_bubble_up: 1 }]
  expect(others.map(belongsToGraph)).toEqual(others.map(() => false))
})
