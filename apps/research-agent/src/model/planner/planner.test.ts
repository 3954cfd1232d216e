import { type CallResult, ToolError, type ToolErrorCode } from '@headrace/core'
import { expect, test } from 'vitest'
import type { Exchange, ModelCall } from '../model.ts'
import { createPlanner } from './planner.ts'

const names = ['zod', 'vite', '@scope/which', 'which']
const planner = createPlanner(names)
const meta = { queuedMs: 0, durationMs: 1, attempts: 1 }

async function turn(
  question: string,
  exchanges: readonly Exchange[] = [],
): Promise<{ text: string; calls: ModelCall[] }> {
  const calls: ModelCall[] = []
  let text = ''
  const { signal } = new AbortController()
  for await (const part of planner.turn({ question, exchanges, tools: [] }, { signal })) {
    if (part.type === 'call') calls.push(part.call)
    else text += part.text
  }
  return { text, calls }
}

/** Plays a conversation to its end; `answer` gives the result of each call. */
async function play(
  question: string,
  answer: (call: ModelCall) => CallResult,
): Promise<{ answer: string; turns: string[][] }> {
  const exchanges: Exchange[] = []
  for (let count = 0; count < 20; count += 1) {
    const { text, calls } = await turn(question, exchanges)
    if (calls.length === 0)
      return { answer: text, turns: exchanges.map((one) => one.calls.map(({ callId }) => callId)) }
    exchanges.push({ text, calls, results: calls.map(answer) })
  }
  throw new Error('no answer')
}

const ok = ({ callId, tool }: ModelCall, output: unknown): CallResult => ({ status: 'ok', callId, tool, output, meta })
const failure = (call: ModelCall, code: ToolErrorCode, rest: object = {}): CallResult => {
  const { callId, tool } = call
  return { status: 'error', callId, tool, error: new ToolError({ code, message: 'm', tool, callId, ...rest }), meta }
}
const rows = (call: ModelCall, ...values: readonly object[]): CallResult =>
  ok(call, { columns: [], rows: values, truncated: false })

function licences(call: ModelCall): CallResult {
  switch (call.callId.replace(/ #\d+$/, '')) {
    case 'packages per licence':
      return rows(call, { license: 'MIT', packages: 2 })
    case 'other licences':
      return rows(
        call,
        { id: 'a@1.0.0', license: 'GPL-3.0', readme: null },
        { id: 'b@1.0.0', license: 'MPL-2.0', readme: 'README.md' },
      )
    case 'who depends on them':
      return rows(call, { id: 'a@1.0.0', dependent: 'c@1.0.0' })
    case 'all packages':
      return rows(call, { packages: 4, names: 4, bytes: 10 })
    case 'docs on licences':
      return ok(call, { hits: [] })
    default:
      if (call.tool === 'read_sections') return ok(call, { sections: [{ heading: 'License', text: '' }] })
      return ok(call, { license: call.callId.includes('a@') ? 'GPL-3.0' : 'MIT', repository: null })
  }
}

const licenceQuestion = 'Which licences are there?'

test('answers from the results of stages that each run together', async () => {
  const { answer, turns } = await play(licenceQuestion, licences)
  expect(turns.map((calls) => calls.length)).toEqual([5, 4])
  expect(answer).toBe(
    [
      '2 of 4 packages have a licence other than MIT, ISC, Apache-2.0 (MIT 2):',
      '- GPL-3.0: a@1.0.0, used by c@1.0.0; the service agrees',
      '- MPL-2.0: b@1.0.0, used by none; the service says MIT; its README has “License”',
    ].join('\n'),
  )
})

test('plans the same twice', async () => {
  expect(await turn(licenceQuestion)).toEqual(await turn(licenceQuestion))
})

test('asks one rejected call ahead of the others until the breaker has closed', async () => {
  const seen = new Map<string, number>()
  const { turns, answer } = await play(licenceQuestion, (call) => {
    if (call.tool !== 'package_facts') return licences(call)
    const time = (seen.get(call.tool) ?? 0) + 1
    seen.set(call.tool, time)
    return time <= 2 ? failure(call, 'CIRCUIT_OPEN', { retryable: true, details: { key: 'k' } }) : licences(call)
  })
  expect(turns.slice(2)).toEqual([['facts a@1.0.0 #2'], ['facts b@1.0.0 #2']])
  expect(answer).not.toContain('not known')
})

test('gives a breaker up when the call that went ahead was rejected three times', async () => {
  const { turns, answer } = await play(licenceQuestion, (call) => {
    if (call.tool !== 'package_facts') return licences(call)
    return failure(call, 'CIRCUIT_OPEN', { retryable: true, details: { key: 'k' } })
  })
  expect(turns.slice(2)).toEqual([['facts a@1.0.0 #2'], ['facts a@1.0.0 #3']])
  expect(answer).toContain('- not known: facts a@1.0.0, facts b@1.0.0 (CIRCUIT_OPEN)')
})

test('asks again at most twice for what may recover, and never for a timeout', async () => {
  const { turns, answer } = await play(licenceQuestion, (call) => {
    if (call.tool === 'package_facts') return failure(call, 'EXECUTION_FAILED', { retryable: true })
    return call.tool === 'package_provenance' ? failure(call, 'TIMEOUT', { retryable: true }) : licences(call)
  })
  expect(turns.slice(2)).toEqual([
    ['facts a@1.0.0 #2', 'facts b@1.0.0 #2'],
    ['facts a@1.0.0 #3', 'facts b@1.0.0 #3'],
  ])
  expect(answer).toContain('- not known: facts a@1.0.0, facts b@1.0.0 (EXECUTION_FAILED)')
  expect(answer).toContain('- not known: provenance a@1.0.0 (TIMEOUT)')
})

test.each([
  ['What are the biggest packages?', 'largest packages'],
  ['Which packages are there in several versions?', 'several versions'],
  ['Why is zod here?', 'named packages'],
  ['What licence has vite?', 'named packages'],
  ['How do I mock a clock?', 'docs'],
])('answers “%s” beginning with %s', async (question, first) => {
  expect((await turn(question)).calls[0]?.callId).toBe(first)
})

test('takes plain words of a question for no package', async () => {
  expect((await turn('which is it?')).calls[0]?.callId).toBe('docs')
  const { calls } = await turn('What is @scope/which?')
  expect(calls.map(({ callId }) => callId)).toContain('facts @scope/which')
})
