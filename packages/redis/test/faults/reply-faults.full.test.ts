import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { type RedisServer, type StartRedisOptions, startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { type FaultStage, openStage, type StoreEvent } from './fault-stage.ts'
import { type Guard, guards, openPair } from './guarded-pair.ts'
import { holdNothingLeft, holdUnharmed, resources } from './hold-faults.ts'

const [user, password, other] = ['agent-ann', 's3cretive', '0ther-s3cret']
const secrets = [user, password, other]
/** Lines that make it take a second to read 10,000 keys, in which it answers. */
const slowLoading = ['key-load-delay 50', 'loading-process-events-interval-bytes 1024']

/** An administrator's connection to a server. */
type Admin = (...words: readonly [string, ...(string | number)[]]) => Promise<unknown>

/** What makes a server answer with an error, and well again. */
interface ReplyFault {
  /** Whether a user logs in; true, if it is not said. */
  readonly logIn?: boolean | undefined
  readonly options?: StartRedisOptions | undefined
  /** What the events have to name. */
  readonly says: RegExp
  begin(admin: Admin, server: RedisServer): Promise<unknown>
  end(admin: Admin): Promise<unknown>
}

/** A load of calls and two runtimes that share guards, on a server that has the fault for a while. */
async function holdDuringFault({ options, logIn = true, says, begin, end }: ReplyFault): Promise<void> {
  await using server: RedisServer = await startRedis({ users: [`${user} on >${password} ~* &* +@all`], ...options })
  const connection = new Redis(server.url).on('error', () => {})
  const admin: Admin = (...[name, ...args]) => connection.call(name, ...args)
  const login = logIn ? `${user}:${password}@` : ''
  const open = () => openRedis({ url: `redis://${login}${server.host}:${server.port}` })
  const before = resources()
  {
    await using stage = openStage(open(), { isCached: false })
    await using pair = openPair(open)
    stage.start()
    await pair.holdShared()
    const toldSince = followed(stage)
    await begin(admin, server)
    const saysSo = (store: Guard) => toldSince(store).some((event) => says.test(textOf(event)))
    for (const store of guards) await waitUntil(`${store} says what is wrong`, () => saysSo(store))
    for (const store of guards) {
      await waitUntil(`${store} is left alone`, () => toldSince(store).some(({ type }) => type === 'store-suspend'))
      await pair.holdAlone(store)
    }
    await end(admin)
    await stage.recovered()
    await pair.recovered()
    await pair.holdShared()
    await waitUntil('there were calls enough', () => stage.samples.length > 600)
    await stage.stop()
    holdUnharmed(stage, { isCached: false })
    for (const store of guards) holdToldOnce(toldSince(store), says)
    const texts = guards.flatMap(stage.told).map((event) => inspect(event, { depth: 10, showHidden: true }))
    expect(texts.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([])
  }
  connection.disconnect()
  await holdNothingLeft(before, [server])
}

/** What is told of a store from now on. */
function followed(stage: FaultStage): (store: Guard) => readonly StoreEvent[] {
  const before = new Map(guards.map((store) => [store, stage.told(store).length]))
  return (store) => stage.told(store).slice(before.get(store))
}

/** The beginning is told once, and again for twice as long each time the store was asked and failed; the end once. */
function holdToldOnce(told: readonly StoreEvent[], says: RegExp): void {
  const end = told.findIndex(({ type }) => type === 'store-resume')
  expect(end, 'store-resume').toBeGreaterThan(0)
  const times = told.slice(0, end).flatMap((event) => (event.type === 'store-suspend' ? [event.forMs] : []))
  const [first = 0] = times
  expect(times, 'how long it was left alone').toEqual(times.map((_, time) => first * 2 ** time))
  // a busy machine may make it late afterwards, and nothing else
  expect(told.slice(end).filter((event) => says.test(textOf(event)))).toEqual([])
}

const textOf = (event: StoreEvent): string => (event.type === 'store-error' ? String(event.error) : '')

describe.skipIf(isServerMissing('redis'))('breakers and limits go on while a server answers', () => {
  test('READONLY: it has become a replica', () =>
    holdDuringFault({
      says: /READONLY/,
      begin: (admin) => admin('REPLICAOF', '127.0.0.1', 1),
      end: (admin) => admin('REPLICAOF', 'NO', 'ONE'),
    }))

  test('MASTERDOWN: it has become a replica that says nothing before it has all', () =>
    holdDuringFault({
      options: { configuration: ['replica-serve-stale-data no'] },
      // the server says the one of scripts that always need to write, the other of the rest
      says: /READONLY|MASTERDOWN/,
      begin: (admin) => admin('REPLICAOF', '127.0.0.1', 1),
      end: (admin) => admin('REPLICAOF', 'NO', 'ONE'),
    }))

  test('OOM: it is full, and may evict nothing', () =>
    holdDuringFault({
      says: /OOM/,
      begin: (admin) => admin('CONFIG', 'SET', 'maxmemory', 1),
      end: (admin) => admin('CONFIG', 'SET', 'maxmemory', 0),
    }))

  test('LOADING: it reads its data anew', async () => {
    let loaded: Promise<unknown> | undefined
    await holdDuringFault({
      options: { configuration: slowLoading },
      says: /LOADING/,
      async begin(admin) {
        await admin('DEBUG', 'POPULATE', 10_000, 'filler', 10)
        loaded = admin('DEBUG', 'RELOAD')
      },
      end: () => loaded ?? Promise.reject(new Error('it was never asked to')),
    })
  })

  test('LOADING: it was started again with a large file', async () => {
    let started: Promise<void> | undefined
    await holdDuringFault({
      options: { configuration: slowLoading },
      says: /LOADING/,
      async begin(admin, server) {
        await admin('DEBUG', 'POPULATE', 10_000, 'filler', 10)
        await admin('SAVE')
        started = server.restart()
      },
      end: () => started ?? Promise.reject(new Error('it was never started')),
    })
  })

  test('NOAUTH: it wants a password that it did not want before', () =>
    holdDuringFault({
      logIn: false,
      says: /NOAUTH/,
      async begin(admin) {
        await admin('CONFIG', 'SET', 'requirepass', other)
        for (const type of ['normal', 'pubsub']) await admin('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes')
      },
      end: (admin) => admin('CONFIG', 'SET', 'requirepass', ''),
    }))

  test('WRONGPASS: the password of our user is another one', () =>
    holdDuringFault({
      says: /WRONGPASS/,
      async begin(admin) {
        await admin('ACL', 'SETUSER', user, 'resetpass', `>${other}`)
        await admin('CLIENT', 'KILL', 'USER', user)
      },
      end: (admin) => admin('ACL', 'SETUSER', user, 'resetpass', `>${password}`),
    }))

  test('NOPERM: our user may not run scripts', () =>
    holdDuringFault({
      says: /NOPERM/,
      begin: (admin) => admin('ACL', 'SETUSER', user, '-evalsha', '-eval'),
      end: (admin) => admin('ACL', 'SETUSER', user, '+evalsha', '+eval'),
    }))
})
