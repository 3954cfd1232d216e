import { openRedis } from '@headrace/redis'
import { redisVectorIndex } from '@headrace/redis/cache'
import type { Prepared } from '../row.ts'
import { startRedisServer } from './redis-server.ts'
import { Embeddings } from './vectors.ts'

/** What the vectors are kept under. */
export const bucket = 'bucket'

const dayMs = 86_400_000
/** Additions that are under way at one time: the server never waits for the next one. */
const atOnce = 64

/**
 * Starts a Redis and puts so many vectors into it through our index, for all who search there; gives its URL. The server
 * takes one to three milliseconds to index one, so every tenth of the way is told on stderr.
 */
export async function startFilledRedis(count: number): Promise<Prepared> {
  const { url, end } = await startRedisServer()
  const client = openRedis({ url, commandTimeoutMs: 60_000 })
  const index = redisVectorIndex({ client })
  const start = performance.now()
  const places = Array(count).keys()
  const vectors = new Embeddings(count)
  const work = async (): Promise<void> => {
    for (const place of places) {
      await index.add(bucket, String(place), vectors.at(place), Date.now() + dayMs, { now: Date.now() })
      if ((place + 1) % (count / 10) === 0) tell(place + 1, count, performance.now() - start)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } catch (error) {
    end()
    throw error
  } finally {
    await client.close()
  }
  return { value: url, end }
}

function tell(done: number, count: number, tookMs: number): void {
  const vectors = `${done.toLocaleString('en')} of ${count.toLocaleString('en')} vectors`
  process.stderr.write(`Redis has indexed ${vectors} after ${(tookMs / 1_000).toFixed(1)} s\n`)
}
