import type { Cluster, Redis } from 'ioredis'
import { connectionOptions } from './connection-options.ts'

/** A Cluster connects to a server when it is first asked, and what is asked meanwhile fails: so all are connected to now. */
export async function connectNodes(redis: Redis | Cluster): Promise<void> {
  if (!('nodes' in redis)) return
  const connect = async (node: Redis): Promise<void> => {
    if (node.status === 'wait') await node.connect().catch(() => {})
  }
  redis.on('+node', connect)
  await Promise.all(redis.nodes('master').map(connect))
}

/** Opens a connection that only listens. What is published in a Cluster is heard at each of its servers. */
export function connectListener(redis: Redis | Cluster): Redis | undefined {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis]
  const node = nodes[Math.floor(Math.random() * nodes.length)]
  return node?.duplicate({
    ...connectionOptions,
    replyMapping: 'legacy',
    enableOfflineQueue: false,
    lazyConnect: false,
    readOnly: false,
    retryStrategy: () => null,
  })
}

/**
 * Ends what was opened, and waits for that so many milliseconds at most. ioredis tells no end of what is not connected: of
 * one that waits before it connects again, of a Cluster that knows no server.
 */
export async function disconnect(redis: Redis | Cluster, withinMs: number): Promise<void> {
  if ('nodes' in redis ? redis.nodes().length === 0 : !hasStream(redis)) return redis.disconnect()
  await new Promise<void>((resolve) => {
    // without a timer that keeps the process it would end before whoever waits for this goes on
    const timer = setTimeout(resolve, withinMs)
    redis.once('end', () => {
      clearTimeout(timer)
      resolve()
    })
    redis.disconnect()
  })
}

function hasStream({ status, stream }: Redis): boolean {
  if (['wait', 'reconnecting', 'end'].includes(status)) return false
  // while it looks for sentinels there is none, or that of an earlier connection
  return status !== 'connecting' || (stream as Redis['stream'] | undefined)?.destroyed === false
}
