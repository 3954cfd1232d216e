import { Redis } from 'ioredis'
import { onFreePort } from './free-port.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { serverProgram } from './server-program.ts'
import { type RedisServer, startRedis } from './start-redis.ts'
import { waitUntil } from './wait-until.ts'

/** A master and its replica, watched by three sentinels: the replica takes over about 2 s after the master is gone. */
export interface RedisSentinels extends AsyncDisposable {
  /** What the sentinels call the master. */
  readonly name: string
  readonly sentinels: readonly { readonly host: string; readonly port: number }[]
  readonly master: RedisServer
  readonly replica: RedisServer
}

const name = 'headrace'
const host = '127.0.0.1'

/** Starts the five processes and waits until the sentinels know each other and the replica. */
export async function startSentinel(): Promise<RedisSentinels> {
  await using started = new AsyncDisposableStack()
  const master = started.use(await startRedis())
  const follow = [`replicaof ${host} ${master.port}`, 'repl-diskless-sync-delay 0']
  const replica = started.use(await startRedis({ configuration: follow }))
  // Sentinels ask for replicas at once and then every 10 s only.
  await waitUntil('the replica follows', () => isLinked(replica))
  const sentinels: { host: string; port: number }[] = []
  for (let count = 0; count < 3; count += 1) {
    const sentinel = started.use(await onFreePort((port) => startOne(port, master)))
    sentinels.push({ host, port: sentinel.port })
  }
  for (const { port } of sentinels) await waitUntil('the sentinels know all', () => knowsAll(port))
  const owned = started.move()
  return { name, sentinels, master, replica, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function startOne(port: number, master: RedisServer): Promise<ServerProcess & { readonly port: number }> {
  const server = await startServerProcess(serverProgram('redis'), {
    configuration: [
      `port ${port}`,
      `bind ${host}`,
      `sentinel monitor ${name} ${host} ${master.port} 2`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ],
    args: ['--sentinel'],
    isReady: /\+monitor/,
  })
  return Object.assign(server, { port })
}

async function isLinked({ port }: RedisServer): Promise<boolean> {
  return (await ask(port, (client) => client.info('replication'))).includes('master_link_status:up')
}

async function knowsAll(port: number): Promise<true | string> {
  const fields = JSON.stringify(await ask(port, (client) => client.call('SENTINEL', 'MASTER', name)))
  return (/"num-slaves"[:,]"1"/.test(fields) && /"num-other-sentinels"[:,]"2"/.test(fields)) || fields
}

async function ask<T>(port: number, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, host, { enableReadyCheck: false })
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}
