// An agent is in the middle of it: calls run, wait in a queue, wait to be tried again, and wait for calls of their own.
// Then the user closes the tab, and all of it ends: the user's signal is all that is needed.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { createRuntime, defineTool, type ScopeTree, toolFailure } from '@headrace/core'
import { z } from 'zod'

let working = 0 // pages that are really being read
const readPage = defineTool({
  name: 'read_page',
  description: 'Reads a page, which takes a minute',
  inputSchema: z.object({ page: z.number() }),
  policy: { concurrency: { max: 8 } },
  async execute({ page }, { signal }) {
    working += 1
    await sleep(60_000, page, { signal }).finally(() => (working -= 1))
  },
})
const askServer = defineTool({
  name: 'ask_server',
  description: 'Asks a server that says to come back in ten seconds',
  inputSchema: z.object({}),
  annotations: { readOnlyHint: true },
  execute() {
    throw toolFailure({ message: 'come back later', retryable: true, retryAfterMs: 10_000 })
  },
})
const survey = defineTool({
  name: 'survey',
  description: 'Sums up three pages, each read by a call of its own',
  inputSchema: z.object({}),
  execute: (_input, { call }) => Promise.all([1, 2, 3].map((page) => call(readPage, { page }))),
})

const runtime = createRuntime({ tools: [readPage, askServer, survey] })
const seen = { calls: new Set<string>(), backoffs: 0, settled: 0, lastAt: 0 }
runtime.events$.subscribe((event) => {
  if ('callId' in event) seen.calls.add(event.callId)
  if (event.type === 'retry-wait') seen.backoffs += 1
  if (event.type !== 'call-settle') return
  seen.settled += 1
  seen.lastAt = performance.now()
})

const user = new AbortController()
const scope = runtime.scope({ signal: user.signal })
const opened = ['browser', 'temporary folder', 'session']
const closed: string[] = []
for (const name of opened) scope.onClose(() => sleep(20).then(() => void closed.push(name)))
const calls = [
  ...[1, 2].map(() => scope.call(survey, {})),
  ...Array.from({ length: 40 }, (_, page) => scope.call(readPage, { page })),
  ...[1, 2, 3].map(() => scope.call(askServer, {})),
]
await sleep(100)

const count = ({ kind, status, children }: ScopeTree, wanted: string): number =>
  Number(kind === 'call' && status === wanted) + children.reduce((sum, child) => sum + count(child, wanted), 0)
const before = { running: count(scope.tree(), 'running'), queued: count(scope.tree(), 'queued') }
console.log(styleText('bold', `${seen.calls.size} calls are under way`))
console.log(`  ${before.queued} wait in the queue, ${before.running} have begun: ${working} read a page,`)
console.log(`  ${seen.backoffs} wait to be tried again, 2 wait for three calls of their own`)
assert.deepEqual({ ...before, working, backoffs: seen.backoffs }, { running: 13, queued: 38, working: 8, backoffs: 3 })

const reason = new Error('the user has closed the tab')
const abortedAt = performance.now()
user.abort(reason)
await scope.close()
const closedMs = performance.now() - abortedAt
const results = await Promise.all(calls.map((call) => call.result()))
console.log(styleText('bold', 'The user closes the tab'))
console.log(
  `  ${seen.settled} calls have ended after ${(seen.lastAt - abortedAt).toFixed(1)} ms, ${working} pages are being read`,
)
console.log(`  opened: ${opened.join(', ')}; closed after ${closedMs.toFixed(0)} ms: ${closed.join(', ')}`)
assert(
  results.every((result) => result.status === 'cancelled' && result.reason === reason),
  'each has the same reason',
)
assert.equal(seen.settled, seen.calls.size, 'nested calls have ended too')
assert.equal(working, 0)
assert.deepEqual(closed, opened.toReversed(), 'what was opened last is closed first')

const { queues, global, flights, timers, abandoned } = runtime.snapshot()
const queued = queues.reduce((sum, queue) => sum + queue.running + queue.queued, 0)
const alive = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
const left = { queued, running: global.running, flights, timers: timers + alive, abandoned }
console.log('  left:', left)
assert.deepEqual(left, { queued: 0, running: 0, flights: 0, timers: 0, abandoned: 0 })
await runtime.close()
