import { type CallResult, createRuntime, defineTool, toolFailure } from '@headrace/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { answerQuestion } from '../agent/answer-question.ts'
import type { Model } from '../model/model.ts'
import { directOneByOne } from './direct-routes.ts'
import { findRoute, sdkNames } from './find-route.ts'
import type { Route } from './route.ts'

const double = defineTool({
  name: 'double',
  description: 'Doubles a number.',
  inputSchema: z.object({ value: z.number() }),
  annotations: { readOnlyHint: true },
  execute: ({ value }) => {
    if (value < 0) throw toolFailure({ message: 'no negative numbers' })
    return 2 * value
  },
})

/** Calls what there is and what there is not, then answers with what came of it. */
const model: Model = {
  name: 'scripted',
  async *turn({ exchanges }) {
    if (exchanges.length === 0) {
      yield { type: 'text', text: 'Let me see.' }
      yield { type: 'call', call: { callId: 'a', tool: 'double', arguments: { value: 21 } } }
      yield { type: 'call', call: { callId: 'b', tool: 'double', arguments: { value: -1 } } }
      yield { type: 'call', call: { callId: 'c', tool: 'double', arguments: { value: 'x' } } }
    } else if (exchanges.length === 1) {
      yield { type: 'call', call: { callId: 'd', tool: 'duoble', arguments: {} } }
    } else {
      const said = exchanges.flatMap(({ results }) => results.map(outcome))
      yield { type: 'text', text: said.join(' ') }
    }
  },
}

function outcome(result: CallResult): string {
  if (result.status === 'ok') return String(result.output)
  return result.status === 'error' ? result.error.code : result.status
}

async function ask(route: Route, signal = new AbortController().signal): Promise<string> {
  const runtime = createRuntime({ tools: [double] })
  try {
    const options = { question: 'q', number: 1, of: 1, model, signal, emit: () => {} }
    return (await answerQuestion({ ...options, runtime, route })).answer
  } finally {
    await runtime.close()
  }
}

test.each([undefined, ...sdkNames])('gives the same answer through %s', async (sdk) => {
  const expected = '42 EXECUTION_FAILED ARGUMENTS_INVALID TOOL_NOT_FOUND'
  expect(await ask(directOneByOne)).toBe(expected)
  expect(await ask(await findRoute(sdk))).toBe(expected)
})

test.each([undefined, ...sdkNames])('ends with the reason of an interruption through %s', async (sdk) => {
  const reason = new Error('enough')
  await expect(ask(await findRoute(sdk), AbortSignal.abort(reason))).rejects.toBe(reason)
})
