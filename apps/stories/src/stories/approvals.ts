// An agent may delete files and pay bills, but only what Ann says yes to. She takes her time, and for the last call she
// is away. The model reads what became of each call; the ledger has what really happened.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { type ApprovalDecision, type ApprovalPolicy, createRuntime, defineTool, toModel } from '@headrace/core'
import { z } from 'zod'

const answers: Record<string, ApprovalDecision | undefined> = {
  first: { approved: true },
  second: { approved: false, reason: 'invoices are kept for ten years' },
  third: { approved: true, arguments: { to: 'Water Ltd', amount: 90 } },
}
let withdrawn = 0
// In an application this shows Ann a question with two buttons, and takes it off the screen when nobody waits any more.
const askAnn: ApprovalPolicy = async ({ callId }, { signal }) => {
  signal.addEventListener('abort', () => (withdrawn += 1))
  await sleep(answers[callId] ? 150 : 60_000, undefined, { signal })
  return answers[callId] ?? false
}

const policy = { approval: askAnn, timeout: { total: 100 } } // counted from her answer
const ledger: string[] = []
const deleteFolder = defineTool({
  name: 'delete_folder',
  description: 'Deletes a folder for good',
  inputSchema: z.object({ folder: z.string() }),
  annotations: { destructiveHint: true },
  policy,
  execute({ folder }) {
    ledger.push(`deleted ${folder}`)
    return { deleted: folder }
  },
})
const pay = defineTool({
  name: 'pay',
  description: 'Pays a bill',
  inputSchema: z.object({ to: z.string(), amount: z.number().positive() }),
  policy,
  execute({ to, amount }) {
    ledger.push(`paid ${amount} to ${to}`)
    return { paid: amount, to }
  },
})

const calls = [
  { callId: 'first', tool: 'delete_folder', arguments: '{"folder":"/tmp/cache"}', ann: 'says yes' },
  { callId: 'second', tool: 'delete_folder', arguments: '{"folder":"/invoices"}', ann: 'says no, and why' },
  {
    callId: 'third',
    tool: 'pay',
    arguments: '{"to":"Water Ltd","amount":900}',
    ann: 'says yes, but to a smaller amount',
  },
  {
    callId: 'fourth',
    tool: 'pay',
    arguments: '{"to":"Gas Ltd","amount":120}',
    ann: 'is away, and the turn has 500 ms',
  },
]
const runtime = createRuntime({ tools: [deleteFolder, pay] })
const turn = runtime.scope({ deadline: Date.now() + 500 })
const results = await turn.dispatchAll(calls)
await turn.close()
await runtime.close()

for (const [index, call] of calls.entries()) {
  const result = results[index] ?? assert.fail('each call has a result')
  console.log(styleText('bold', `${call.tool} ${call.arguments}`))
  console.log(`  Ann ${call.ann}. After ${Math.round(result.meta.durationMs)} ms the model reads`)
  const read = toModel(result)
  const text = read.status === 'ok' ? JSON.stringify(read.output) : ''
  const error = read.status === 'error' ? `${read.error.code}: ${read.error.message}\n  ${read.error.next}` : ''
  console.log(`  ${styleText('cyan', text + error)}`)
}
console.log(`what happened: ${ledger.join(', ')}; questions taken back: ${withdrawn}`)

const [yes, no, less, away] = results.map((result) => toModel(result))
assert.deepEqual(yes, { status: 'ok', output: { deleted: '/tmp/cache' } })
assert(no?.status === 'error' && no.error.code === 'APPROVAL_DENIED')
assert.match(JSON.stringify(no), /invoices are kept for ten years/)
assert.deepEqual(less, { status: 'ok', output: { paid: 90, to: 'Water Ltd' } })
assert(away?.status === 'error' && away.error.code === 'DEADLINE_EXCEEDED')
assert.deepEqual(ledger, ['deleted /tmp/cache', 'paid 90 to Water Ltd'], 'nothing happened without a yes')
assert.equal(withdrawn, 1)
assert(
  results.slice(0, 3).every(({ meta }) => meta.durationMs > 140),
  'who decides may take longer than the time limit',
)
