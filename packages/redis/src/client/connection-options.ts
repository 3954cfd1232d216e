import type { RedisOptions } from 'ioredis'

/** What ioredis takes for a single connection and for those of a Cluster alike. */
export type ConnectionOptions = Omit<
  RedisOptions,
  | 'host'
  | 'port'
  | 'path'
  | 'sentinels'
  | 'retryStrategy'
  | 'enableOfflineQueue'
  | 'readOnly'
  | 'himportFieldsets'
  | 'replyMapping'
>

/** Milliseconds without a reply, while one is waited for, after which a connection is given up and made anew. */
const silentMs = 3_000

/**
 * How long to wait before the n-th attempt to connect again: quick at first, then every two seconds, up to a quarter more or
 * less, so that not all clients of a server that is back come at the same moments. `random` gives 0 to below 1.
 */
export function reconnectDelay(attempt: number, random: () => number): number {
  return Math.min(2_000, 50 * 2 ** Math.min(attempt - 1, 6)) * (0.75 + random() / 2)
}

/** What every connection is opened with: nothing waits for a server that is away, and nothing is sent twice. */
export const connectionOptions: ConnectionOptions = {
  protocol: 2,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  // A server that loads says so in its replies. The check needs the right to call INFO.
  enableReadyCheck: false,
  disableClientInfo: true,
  socketTimeout: silentMs,
}
