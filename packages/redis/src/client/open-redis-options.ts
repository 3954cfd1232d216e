import type { ConnectionOptions } from 'node:tls'
import { checkKeys, checkTime } from './check-options.ts'

/** Where a server listens. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
}

/** Servers that know which server is the master. */
export interface RedisSentinels {
  /** The name that the sentinels know the master by. */
  readonly name: string
  readonly addresses: readonly RedisAddress[]
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly tls?: ConnectionOptions | undefined
}

/** Options of `openRedis`: one of `url`, `sentinels` and `cluster` says where the server is. */
export interface OpenRedisOptions {
  /** `redis://user:password@host:6379/0`, with `rediss:` for TLS. */
  readonly url?: string | undefined
  readonly sentinels?: RedisSentinels | undefined
  /** Some servers of a Cluster; the others are found. */
  readonly cluster?: readonly RedisAddress[] | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** Number of the database; 0. A Cluster has only that one. Where the server refuses it every call fails. */
  readonly db?: number | undefined
  /** How to speak TLS with the servers; without it there is none, unless the URL says so. */
  readonly tls?: ConnectionOptions | undefined
  /** Milliseconds that one call may take; 250. */
  readonly commandTimeoutMs?: number | undefined
  /** Milliseconds that one attempt to connect may take; 500. After them no call waits for the first one. */
  readonly connectTimeoutMs?: number | undefined
  /** What `CLIENT LIST` calls the connection; headrace. */
  readonly connectionName?: string | undefined
}

/** Where a server is and who asks it, with all that the options leave out. */
export interface RedisTarget {
  readonly place:
    | { readonly kind: 'server'; readonly address: RedisAddress }
    | { readonly kind: 'sentinels'; readonly sentinels: RedisSentinels }
    | { readonly kind: 'cluster'; readonly addresses: readonly RedisAddress[] }
  readonly username: string | undefined
  readonly password: string | undefined
  readonly db: number
  readonly tls: ConnectionOptions | undefined
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly connectionName: string
}

const known = [
  'url',
  'sentinels',
  'cluster',
  'username',
  'password',
  'db',
  'tls',
  'commandTimeoutMs',
  'connectTimeoutMs',
  'connectionName',
]

/** Checks the options and fills them up. No error shows a value: it may be a password. */
export function resolveTarget(options: OpenRedisOptions): RedisTarget {
  checkKeys('openRedis', options, known)
  const { commandTimeoutMs = 250, connectTimeoutMs = 500, connectionName = 'headrace' } = options
  checkTime('openRedis', 'commandTimeoutMs', commandTimeoutMs)
  checkTime('openRedis', 'connectTimeoutMs', connectTimeoutMs)
  const { place, ...named } = placeOf(options)
  const {
    username = named.username,
    password = named.password,
    db = named.db ?? 0,
    tls = named.isSecure ? {} : undefined,
  } = options
  if (!Number.isInteger(db) || db < 0) throw new RangeError('openRedis: db must be an integer >= 0')
  if (place.kind === 'cluster' && db !== 0) throw new RangeError('openRedis: db must be 0 for a cluster')
  return { place, username, password, db, tls, commandTimeoutMs, connectTimeoutMs, connectionName }
}

interface Named {
  readonly place: RedisTarget['place']
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly db?: number | undefined
  readonly isSecure?: boolean | undefined
}

function placeOf({ url, sentinels, cluster }: OpenRedisOptions): Named {
  const given = [url, sentinels, cluster].filter((place) => place !== undefined)
  if (given.length !== 1) throw new TypeError('openRedis: one of url, sentinels and cluster must be given')
  if (sentinels !== undefined) {
    checkKeys('openRedis: sentinels', sentinels, ['name', 'addresses', 'username', 'password', 'tls'])
    if (typeof sentinels.name !== 'string') throw new TypeError('openRedis: sentinels.name must be a string')
    checkAddresses('sentinels.addresses', sentinels.addresses)
    return { place: { kind: 'sentinels', sentinels } }
  }
  if (cluster !== undefined) {
    checkAddresses('cluster', cluster)
    return { place: { kind: 'cluster', addresses: cluster } }
  }
  return readUrl(url)
}

function checkAddresses(name: string, addresses: readonly RedisAddress[]): void {
  const isFine =
    Array.isArray(addresses) && addresses.length > 0 && addresses.every((address: unknown) => isAddress(address))
  if (!isFine) throw new TypeError(`openRedis: ${name} must be a list of { host, port }, at least one`)
}

function isAddress(address: unknown): boolean {
  if (typeof address !== 'object' || address === null) return false
  const { host, port } = address as Partial<RedisAddress>
  return typeof host === 'string' && typeof port === 'number'
}

function readUrl(text: unknown): Named {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const isRedis = url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== ''
  const path = url?.pathname.replace(/^\//, '') ?? ''
  if (!isRedis || url.search !== '' || url.hash !== '' || !/^\d*$/.test(path)) {
    throw new TypeError('openRedis: url must be redis://[user:password@]host[:port][/db], or the same with rediss:')
  }
  return {
    place: { kind: 'server', address: { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 6379) } },
    username: decoded(url.username),
    password: decoded(url.password),
    db: path === '' ? undefined : Number(path),
    isSecure: url.protocol === 'rediss:',
  }
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    throw new TypeError('openRedis: user and password of the url must be percent-encoded')
  }
}
