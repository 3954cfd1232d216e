// Two assistants, as two processes would be, share what they know in Redis: also a question in other words, until somebody
// writes. Then Redis is killed, and nobody fails.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRuntime, defineTool } from '@headrace/core'
import { semantic } from '@headrace/core/semantic'
import { openRedis } from '@headrace/redis'
import { redisCacheStore, redisVectorIndex } from '@headrace/redis/cache'
import { fakeEmbedder } from '@headrace/testing'
import { z } from 'zod'

// ---- a server of our own, on a free port ----
const programs = ['redis8', 'redis'].map((name) =>
  fileURLToPath(new URL(`../../../../.servers/${name}`, import.meta.url)),
)
const program = [...programs, 'redis-server'].find((path) => spawnSync(path, ['-v']).status === 0)
if (program === undefined) {
  console.log('There is no Redis here: "node tools/servers/install.mjs redis8" gets one.')
  process.exit(process.env.CI === 'true' ? 1 : 0)
}
const listener = createServer().listen(0, '127.0.0.1')
await new Promise((resolve) => listener.once('listening', resolve))
const { port } = listener.address() as { port: number }
await new Promise((resolve) => listener.close(resolve))
// the end of the input is the end of this process, however it ends
const script = '"$@" >/dev/null & pid=$!; read -r _; kill -9 $pid'
const args = ['-c', script, 'sh', program, '--port', `${port}`, '--bind', '127.0.0.1', '--save', '']
const server = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'inherit'] })
const url = `redis://127.0.0.1:${port}`
const probe = openRedis({ url })
while (!(await probe.command('PING', []).catch(() => undefined))) await sleep(20)
await probe.close()

// ---- two assistants ----
const embedder = fakeEmbedder({ synonyms: [['Which bills of shop 12 are paid?', 'Which bills has shop 12 paid?']] })
const bills = ['A1', 'A3']
let reads = 0
function openAssistant() {
  const client = openRedis({ url })
  const index = redisVectorIndex({ client })
  const ask = defineTool({
    name: 'ask',
    description: 'Answers a question about bills',
    inputSchema: z.object({ question: z.string() }),
    annotations: { readOnlyHint: true },
    policy: {
      cache: {
        ttl: 60_000,
        scope: 'shared',
        fields: { question: 'fuzzy' },
        tags: () => ['bills'],
        semantic: semantic({ embedder, index }),
      },
    },
    execute: () => {
      reads += 1
      return [...bills]
    },
  })
  const pay = defineTool({
    name: 'pay',
    description: 'Pays a bill',
    inputSchema: z.object({ bill: z.string() }),
    policy: { invalidates: () => ['bills'] },
    execute: ({ bill }) => void bills.push(bill),
  })
  const runtime = createRuntime({ tools: [ask, pay], cache: redisCacheStore({ client }) })
  const answer = async (question: string) => {
    const result = await runtime.call(ask, { question }).result()
    assert(result.status === 'ok')
    const layer = result.meta.cache?.layer ?? 'read'
    console.log(`  ${question}  ${result.output.join(', ')}  (${layer})`)
    return { layer, bills: result.output }
  }
  return { runtime, index, client, answer, pay: (bill: string) => runtime.call(pay, { bill }) }
}

const [ada, bob] = [openAssistant(), openAssistant()]
assert.equal((await ada.answer('Which bills of shop 12 are paid?')).layer, 'read')
await sleep(100) // results are kept behind a call, not in its way
assert.equal((await bob.answer('Which bills of shop 12 are paid?')).layer, 'exact')
assert.equal((await bob.answer('Which bills has shop 12 paid?')).layer, 'semantic')
console.log(`  found by ${bob.index.supports.vectorSets ? 'a vector set of Redis 8' : 'a copy of the log of vectors'}`)
await ada.pay('A7')
assert.deepEqual((await bob.answer('Which bills has shop 12 paid?')).bills, ['A1', 'A3', 'A7'])

console.log('  Redis is killed')
server.stdin?.end()
let suspended = ''
bob.runtime.events$.subscribe((event) => {
  if (event.type === 'store-suspend') suspended = event.store
})
for (let calls = 0; calls < 3; calls += 1) assert.equal((await bob.answer('Which bills are open?')).layer, 'read')
console.log(`  left alone for a while: ${suspended}`)
assert.equal(reads, 5)
for (const { runtime, client } of [ada, bob]) await runtime.close().then(() => client.close())
