import type { CallResult, RuntimeSnapshot } from '@headrace/core'
import { expect, test } from 'vitest'
import type { Answered } from '../agent/answer-question.ts'
import { checkAnswers } from './check-answer.ts'
import { checkService } from './check-service.ts'
import { checkNothingLeft, checkSettlements } from './check-settlements.ts'
import { demoQuestions } from './demo-questions.ts'
import { watchRejections } from './watch-rejections.ts'

const result = (callId: string, tool = 'package_facts'): CallResult => ({
  status: 'ok',
  callId: `q1 ${callId}`,
  tool,
  output: {},
  meta: { queuedMs: 0, durationMs: 1, attempts: 2 },
})
const answered = (...results: CallResult[]): Answered => {
  const calls = results.map(({ callId, tool }) => ({ callId: callId.slice(3), tool, arguments: {} }))
  return { question: 'q', answer: '', exchanges: [{ text: '', calls, results }] }
}

test('finds a call that settled twice, or never, or in the place of another', () => {
  const answers = [answered(result('a'), result('b'))]
  const settled = (entries: [string, number][]) => checkSettlements(answers, new Map(entries)).isRight
  expect(
    settled([
      ['q1 a', 1],
      ['q1 b', 1],
    ]),
  ).toBe(true)
  expect(
    settled([
      ['q1 a', 2],
      ['q1 b', 1],
    ]),
  ).toBe(false)
  expect(settled([['q1 a', 1]])).toBe(false)
  const [exchange] = answers[0]?.exchanges ?? []
  const swapped = [
    { question: 'q', answer: '', exchanges: exchange ? [{ ...exchange, results: exchange.results.toReversed() }] : [] },
  ]
  expect(
    checkSettlements(
      swapped,
      new Map([
        ['q1 a', 1],
        ['q1 b', 1],
      ]),
    ).isRight,
  ).toBe(false)
})

test('finds requests that nobody told of', () => {
  const ledger = { answer: 3, 'rate-limit': 0, unavailable: 1, outage: 0, reset: 0, hang: 0 }
  const answers = [answered(result('a'), result('b'), result('c', 'search_docs'))]
  expect(checkService(answers, ledger).isRight).toBe(true)
  expect(checkService(answers, { ...ledger, reset: 1 }).isRight).toBe(false)
  expect(checkService(answers, undefined)).toMatchObject({ isRight: false, detail: expect.stringContaining('gone') })
})

test('finds what was left behind', () => {
  const clean: RuntimeSnapshot = {
    tools: 0,
    queues: [{ key: 'a', running: 0, queued: 0, overdue: 0 }],
    global: { running: 0, max: 'unlimited' },
    breakers: [],
    limits: [],
    caches: { hits: 0, misses: 0, joins: 0 },
    flights: 0,
    timers: 0,
    abandoned: 0,
    jobs: { working: 0, input_required: 0 },
  }
  expect(checkNothingLeft(clean).isRight).toBe(true)
  expect(checkNothingLeft({ ...clean, flights: 1 }).isRight).toBe(false)
  expect(checkNothingLeft({ ...clean, jobs: { working: 1, input_required: 0 } }).isRight).toBe(false)
  expect(checkNothingLeft({ ...clean, queues: [{ key: 'a', running: 1, queued: 0, overdue: 0 }] }).isRight).toBe(false)
})

test('finds an answer that differs from the database', () => {
  const [licences] = demoQuestions
  const content = {
    packages: [
      { id: 'a@1.0.0', name: 'a', version: '1.0.0', license: 'GPL-3.0', bytes: 1 },
      { id: 'b@1.0.0', name: 'b', version: '1.0.0', license: '(MIT OR ISC)', bytes: 1 },
    ],
    dependencies: [{ package_id: 'c@1.0.0', resolved_id: 'a@1.0.0' }],
  }
  const check = (answer: string) =>
    checkAnswers([{ question: licences?.question ?? '', answer, exchanges: [] }], content)[0]
  expect(check('1 of 2 packages …\n- GPL-3.0: a@1.0.0, used by c@1.0.0; …')?.isRight).toBe(true)
  expect(check('1 of 2 packages …\n- GPL-3.0: a@1.0.0, used by d@1.0.0')).toMatchObject({
    isRight: false,
    detail: expect.stringContaining('missing: - GPL-3.0: a@1.0.0'),
  })
  expect(checkAnswers([{ question: 'another', answer: '', exchanges: [] }], content)).toEqual([])
})

test('finds a stray rejection', () => {
  const rejections = watchRejections()
  expect(rejections.check().isRight).toBe(true)
  process.emit('unhandledRejection', new Error('stray'), Promise.resolve())
  expect(rejections.check()).toMatchObject({ isRight: false, detail: 'Error: stray' })
  rejections.stop()
})
