// The same questions, in equal words and in others, to a slow backend: without a cache, and with one that knows equal
// questions, questions of the same words, and questions of the same meaning. Another number, or a "not", is another
// question to each, although the embedder here, which was told so, finds all of them alike.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CachePolicy, createRuntime, defineTool } from '@headrace/core'
import { semantic } from '@headrace/core/semantic'
import { fakeEmbedder } from '@headrace/testing'
import { z } from 'zod'

const questions = [
  'Which bills of shop 12 are paid?',
  'Which bills of shop 12 are paid?',
  'which bills of shop 12 are paid',
  'Show me which bills of shop 12 are paid.',
  'Which bills has shop 12 paid?',
  'Which bills of shop 13 are paid?',
  'Which bills of shop 12 are not paid?',
]
const bills = [
  { id: 'A1', shop: 12, isPaid: true },
  { id: 'A2', shop: 12, isPaid: false },
  { id: 'A3', shop: 12, isPaid: true },
  { id: 'B1', shop: 13, isPaid: true },
]

/** Asks all questions, one after the other. */
async function askAll(cache: CachePolicy | false) {
  let backendCalls = 0
  const askBills = defineTool({
    name: 'ask_bills',
    description: 'Answers a question about bills',
    inputSchema: z.object({ question: z.string() }),
    annotations: { readOnlyHint: true },
    policy: { cache },
    async execute({ question }, { signal }) {
      backendCalls += 1
      await sleep(70, undefined, { signal })
      const shop = Number(/shop (\d+)/.exec(question)?.[1])
      const isPaid = !question.includes(' not ')
      return bills.filter((one) => one.shop === shop && one.isPaid === isPaid).map(({ id }) => id)
    },
  })
  await using runtime = createRuntime({ tools: [askBills] })
  const began = performance.now()
  const answers: unknown[] = []
  const from: string[] = []
  for (const question of questions) {
    const result = await runtime.call(askBills, { question }).result()
    assert(result.status === 'ok')
    answers.push(result.output)
    from.push(result.meta.cache?.layer ?? 'backend')
  }
  return { answers, from, backendCalls, tookMs: Math.round(performance.now() - began) }
}

const shared = { ttl: 60_000, scope: 'shared' } as const
const fuzzy = { ...shared, fields: { question: 'fuzzy' } } as const
const similar = () => semantic({ embedder: fakeEmbedder({ synonyms: [[...new Set(questions)]] }) })
await askAll({ ...fuzzy, semantic: similar() }) // not counted: in the first run code is compiled
const nothing = await askAll(false)
const equals = await askAll(shared)
const words = await askAll(fuzzy)
const meaning = await askAll({ ...fuzzy, semantic: similar() })
const runs = { nothing, equals, words, meaning }

const columns = Object.entries(runs)
const row = (first: string, cellOf: (run: typeof nothing, name: string) => string | number | undefined): void =>
  console.log(first.padEnd(41), ...columns.map(([name, run]) => `${cellOf(run, name)}`.padEnd(9)))
row('the cache knows', (_run, name) => name)
for (const [index, question] of questions.entries()) row(question, ({ from }) => from[index])
row('calls of the backend', ({ backendCalls }) => backendCalls)
row('time', ({ tookMs }) => `${tookMs} ms`)
row('saved', ({ tookMs }) => `${nothing.tookMs - tookMs} ms`)

const miss = 'backend'
const other = [miss, miss] // another number, and a "not"
assert.deepEqual(nothing.from, [miss, miss, miss, miss, miss, ...other])
assert.deepEqual(equals.from, [miss, 'exact', miss, miss, miss, ...other])
assert.deepEqual(words.from, [miss, 'exact', 'content', 'content', miss, ...other])
assert.deepEqual(meaning.from, [miss, 'exact', 'content', 'content', 'semantic', ...other])
for (const { answers, from, backendCalls } of Object.values(runs)) {
  assert.deepEqual(answers, [...Array.from({ length: 5 }, () => ['A1', 'A3']), ['B1'], ['A2']])
  assert.equal(backendCalls, from.filter((layer) => layer === miss).length)
}
