// Two processes call the same backend. When it is down, one of them finds out and both stop asking it; when it is back, one
// call of one of them tries it, and both go on. Then Redis is killed: each has a breaker of its own that knows what was known.
import assert from 'node:assert/strict'
import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRuntime, defineTool } from '@headrace/core'
import { openRedis } from '@headrace/redis'
import { redisBreakerStore } from '@headrace/redis/breaker'
import { z } from 'zod'

const openFor = 800
const urlOf = (server: Server, protocol: string) => `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`

/** What each of the two processes is: a runtime whose breakers are in Redis; it makes as many calls at once as it is told. */
function work(backend: string, redis: string): void {
  const search = defineTool({
    name: 'search',
    description: 'Searches the web',
    inputSchema: z.object({}),
    policy: { breaker: { consecutiveFailures: 3, openFor } },
    async execute() {
      const { ok, status } = await fetch(backend)
      if (!ok) throw Object.assign(new Error(`the backend said ${status}`), { status })
    },
  })
  const runtime = createRuntime({ tools: [search], breakers: redisBreakerStore({ client: openRedis({ url: redis }) }) })
  process.on('message', async (calls: number) => {
    const results = await Promise.all(Array.from({ length: calls }, () => runtime.call(search, {}).result()))
    process.send?.(results.map((result) => (result.status === 'error' ? result.error.code : result.status)))
  })
  process.on('disconnect', () => process.exit())
  process.send?.('ready')
}

async function tell(): Promise<void> {
  const requests = { count: 0, status: 503 }
  const backend = createServer((_, response) => {
    requests.count += 1
    setTimeout(() => response.writeHead(requests.status).end(), 30)
  }).listen(0, '127.0.0.1')
  const place = createServer().listen(0, '127.0.0.1')
  await Promise.all([backend, place].map((server) => once(server, 'listening')))
  const urls = [urlOf(backend, 'http'), urlOf(place, 'redis')] as const
  place.close()
  const program = fileURLToPath(new URL('../../../../.servers/redis', import.meta.url))
  if (spawnSync(program, ['-v']).status !== 0) {
    console.log('There is no Redis here: "node tools/servers/install.mjs redis" gets one.')
    return process.exit(process.env.CI === 'true' ? 1 : 0)
  }
  // the end of the input is the end of this process, however it ends
  const script = '"$@" >/dev/null & pid=$!; read -r _; kill -9 $pid'
  const args = ['-c', script, 'sh', program, '--port', new URL(urls[1]).port, '--bind', '127.0.0.1', '--save', '']
  const redis = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'inherit'] })
  const probe = openRedis({ url: urls[1] })
  while (!(await probe.command('PING', []).catch(() => undefined))) await sleep(20)
  await probe.close()

  const start = async (name: string) => {
    const child = fork(import.meta.filename, urls)
    await once(child, 'message')
    return async (calls: number): Promise<string[]> => {
      const before = requests.count
      child.send(calls)
      const [codes] = (await once(child, 'message')) as [string[]]
      console.log(`  ${name}: ${codes.join(', ')}; the backend was asked ${requests.count - before} times`)
      await sleep(50) // how calls ended is told behind them, not in their way
      return codes
    }
  }
  const [ada, bob] = await Promise.all([start('Ada'), start('Bob')])

  console.log('the backend is down')
  for (let call = 1; call <= 3; call += 1) assert.deepEqual(await ada(1), ['EXECUTION_FAILED'])
  assert.deepEqual([await bob(1), requests.count], [['CIRCUIT_OPEN'], 3], 'Bob has learnt it from Ada')
  console.log('it is back, and both try at the same time')
  requests.status = 200
  await sleep(1.2 * openFor)
  const both = (await Promise.all([ada(3), bob(3)])).flat()
  assert.equal(both.filter((code) => code === 'ok').length, 1, 'one call of six has tried it')
  assert.deepEqual([await ada(2), await bob(2)].flat(), ['ok', 'ok', 'ok', 'ok'])
  console.log('it is down again, and Redis is killed')
  requests.status = 503
  await bob(3)
  redis.stdin?.end()
  await once(redis, 'exit')
  assert.deepEqual(await bob(1), ['CIRCUIT_OPEN'])
  requests.status = 200
  await sleep(2.4 * openFor) // opened again so soon, it stays open for twice as long
  assert.deepEqual([await bob(1), await bob(1), await ada(1)].flat(), ['ok', 'ok', 'ok'])
  process.exit()
}

const [backend, redis] = process.argv.slice(2)
if (backend && redis) work(backend, redis)
else await tell()
