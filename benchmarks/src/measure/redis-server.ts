import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'

const program = fileURLToPath(new URL('../../../.servers/redis8', import.meta.url))

// The end of the input is the end of the process that started it, however that one ends.
const script = '"$@" >/dev/null & pid=$!; read -r _; kill -9 $pid'

/** A server of this process's own. */
export interface RedisServer {
  readonly url: string
  end(): void
}

/** Starts a Redis 8 on a free port of loopback, which ends with this process at the latest; there when it answers. */
export async function startRedisServer(): Promise<RedisServer> {
  if (!existsSync(program)) throw new Error('no Redis 8: run "node tools/servers/install.mjs redis8"')
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const shell = spawn('/bin/sh', ['-c', script, 'sh', program, ...args], { stdio: ['pipe', 'ignore', 'ignore'] })
  shell.unref()
  const url = `redis://127.0.0.1:${port}`
  await untilAnswering(url)
  return { url, end: () => void shell.stdin.end() }
}

async function untilAnswering(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null }).on('error', () => {})
    const isThere = await client.connect().then(
      () => true,
      () => false,
    )
    client.disconnect()
    if (isThere) return
    await sleep(25)
  }
  throw new Error('Redis did not start')
}

function freePort(): Promise<number> {
  const listener = createServer()
  return new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address()
      listener.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
