import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { type ConnectionOptions, connectionOptions, reconnectDelay } from './connection-options.ts'
import { isOfSelect } from './connection-state.ts'
import { IoredisConnection } from './ioredis-connection.ts'
import { type OpenRedisOptions, type RedisAddress, type RedisTarget, resolveTarget } from './open-redis-options.ts'
import type { RedisClient } from './redis-client.ts'

/**
 * Opens a connection for stores that calls wait for: a call of a server that is away fails at once, and no call waits
 * longer than `commandTimeoutMs`. It connects in the background, and again by itself whenever it is cut off; calls made
 * before the first attempt has ended wait for it. Throws what is wrong with the options; never shows a value of theirs.
 */
export function openRedis(options: OpenRedisOptions): RedisClient {
  const target = resolveTarget(options)
  const { commandTimeoutMs, connectTimeoutMs, username, password, place } = target
  const { sentinels } = place.kind === 'sentinels' ? place : {}
  const secrets = [password, sentinels?.password, username === 'default' ? undefined : username]
  return new IoredisConnection(connect(target), {
    commandTimeoutMs,
    secrets: secrets.filter((secret): secret is string => secret !== undefined && secret !== ''),
    connectTimeoutMs,
  })
}

function connect({ place, ...target }: RedisTarget): Redis | Cluster {
  const common: ConnectionOptions = {
    ...connectionOptions,
    ...definedOf(target),
    db: target.db,
    connectTimeout: target.connectTimeoutMs,
    connectionName: target.connectionName,
  }
  if (place.kind === 'cluster') return connectCluster(place.addresses, common)
  const options = { ...common, enableOfflineQueue: false }
  if (place.kind === 'server') {
    return connectMaster({ ...options, host: place.address.host, port: place.address.port })
  }
  const { name, addresses, username, password, tls } = place.sentinels
  return connectMaster({
    ...options,
    name,
    sentinels: addresses.map(({ host, port }) => ({ host, port })),
    sentinelRetryStrategy: reconnectLater,
    sentinelCommandTimeout: target.connectTimeoutMs,
    // what a sentinel says may be old: the server is asked whether it is the master
    enableReadyCheck: true,
    failoverDetector: true,
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  })
}

// ioredis gives a Cluster's more than the number of the attempt
const reconnectLater = (attempt: number): number => reconnectDelay(attempt, Math.random)

/**
 * How long a script waits whose keys are on two servers just now, since their slot moves: long enough for the moment in
 * which a small slot does. It is sent at most five times, so that it is over with before a call has lost its patience:
 * nothing is to run later that was given up, and maybe undone, before.
 */
const keysOnTheirWayMs = 10

/** How often a Cluster is asked who has which slot, in milliseconds. */
const slotsAreOldMs = 2_000

/** Only what the server has refused unread is sent again. */
function connectCluster(addresses: readonly RedisAddress[], redisOptions: ConnectionOptions): Cluster {
  const redis = new Cluster(
    addresses.map(({ host, port }) => ({ host, port })),
    {
      redisOptions,
      enableOfflineQueue: false,
      clusterRetryStrategy: reconnectLater,
      maxRedirections: 5,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      retryDelayOnTryAgain: keysOnTheirWayMs,
      slotsRefreshTimeout: 1_000,
    },
  )
  let asking: NodeJS.Timeout | undefined
  redis.on('ready', () => {
    // ioredis would go on for good, and keep the process, where it is disconnected while it asks
    asking ??= setInterval(() => {
      if (redis.status === 'ready') redis.refreshSlotsCache()
    }, slotsAreOldMs).unref()
  })
  return redis.on('close', () => {
    clearInterval(asking)
    asking = undefined
  })
}

function definedOf({ username, password, tls }: Omit<RedisTarget, 'place'>): ConnectionOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  }
}

/** After how many attempts a server is asked again that has not the database: as seldom as one that is long away. */
const manyAttempts = 10

/**
 * A master that became a replica keeps its connections: whoever wants to write has to look for the new one. Once for each
 * connection, whose end ioredis would await anew for each call that was refused. And where the database was refused ioredis
 * would go on with database 0.
 */
function connectMaster(options: Omit<RedisOptions, 'himportFieldsets' | 'replyMapping'>): Redis {
  let isLeaving = false
  let isRefused = false
  const reconnectOnError = (error: Error): boolean => {
    if (isLeaving || !error.message.startsWith('READONLY')) return false
    isLeaving = true
    return true
  }
  const retryStrategy = (attempt: number): number => reconnectLater(isRefused ? manyAttempts : attempt)
  const redis = new Redis({ ...options, retryStrategy, reconnectOnError })
  redis.on('error', (error: unknown) => {
    if (!isOfSelect(error)) return
    isRefused = true
    redis.disconnect(true)
  })
  redis.on('connect', () => {
    isRefused = false
  })
  return redis.on('close', () => {
    isLeaving = false
  })
}
