import { setTimeout as wait } from 'node:timers/promises'
import { createRuntime, defineTool } from '@headrace/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Model } from '../model/model.ts'
import { directOneByOne, directTogether } from '../route/direct-routes.ts'
import type { AgentEvent } from './agent-event.ts'
import { answerQuestion, type QuestionOptions } from './answer-question.ts'

let running = 0
let most = 0
const slow = defineTool({
  name: 'slow',
  description: 'Takes a moment.',
  inputSchema: z.object({ label: z.string() }),
  async execute({ label }, { signal }) {
    running += 1
    most = Math.max(most, running)
    try {
      await wait(20, undefined, { signal })
      return label
    } finally {
      running -= 1
    }
  },
})

/** Asks for three calls, then writes what came of them. */
const model: Model = {
  name: 'scripted',
  async *turn({ exchanges }) {
    const results = exchanges.flatMap((exchange) => exchange.results)
    if (results.length > 0)
      yield { type: 'text', text: results.map((one) => (one.status === 'ok' ? one.output : one.status)).join(' ') }
    else
      for (const label of ['a', 'b', 'c'])
        yield { type: 'call', call: { callId: label, tool: 'slow', arguments: { label } } }
  },
}

async function ask(options: Partial<QuestionOptions> = {}) {
  most = 0
  const events: AgentEvent[] = []
  const runtime = createRuntime({ tools: [slow] })
  const base = {
    question: 'q',
    number: 1,
    of: 1,
    model,
    route: directTogether,
    signal: new AbortController().signal,
  } as const
  try {
    const answered = await answerQuestion({ ...base, runtime, emit: (event) => events.push(event), ...options })
    return { ...answered, events: events.map(({ type }) => type) }
  } finally {
    await runtime.close()
  }
}

test('runs the calls of a turn together', async () => {
  const { answer, events } = await ask()
  expect(answer).toBe('a b c')
  expect(most).toBe(3)
  expect(events).toEqual(['question-start', 'turn-start', 'turn-end', 'model-text', 'question-end'])
})

test('runs them one by one where it shall', async () => {
  expect((await ask({ route: directOneByOne })).answer).toBe('a b c')
  expect(most).toBe(1)
})

test('cancels everything and ends with the reason when it is interrupted', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  setTimeout(() => controller.abort(reason), 5)
  await expect(ask({ signal: controller.signal })).rejects.toBe(reason)
  expect(running).toBe(0)
})

test('gives up on a model that never answers', async () => {
  const restless: Model = {
    name: 'restless',
    async *turn({ exchanges }) {
      yield { type: 'call', call: { callId: `${exchanges.length}`, tool: 'nothing', arguments: {} } }
    },
  }
  expect((await ask({ model: restless })).answer).toBe('No answer within 14 turns.')
})
