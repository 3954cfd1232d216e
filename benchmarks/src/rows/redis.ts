import { requireForm } from '../contender.ts'
import type { ContenderEntry } from '../contenders.ts'
import { atLeast, atMostTimes } from '../goal.ts'
import { startFilledRedis } from '../measure/filled-redis.ts'
import { createRandom } from '../measure/random.ts'
import { dimensions, Embeddings } from '../measure/vectors.ts'
import { wallPerCall, wallProbe } from '../measure/wall.ts'
import type { Row, Scale } from '../row.ts'
import { sequentialWorkload } from './sequential.ts'

const results = Array.from({ length: 100 }, (_, page) => ({ page, text: 'x'.repeat(2_000) }))

/** Calls whose result is in Redis: wall time, since most of it is spent on the way there and back. */
function hitRow(atOnce: number): Row {
  const how = atOnce === 1 ? 'one after the other' : `${atOnce} at once`
  return {
    id: `redis-hit-${atOnce}`,
    title: `exact hit in Redis, 2 kB, ${how}, wall time`,
    unit: 'ns',
    share: 0.6,
    contenders: ['ioredis', 'headrace'],
    load: { headrace: () => import('../contenders/redis/headrace-hit.ts') },
    goals: atOnce === 1 ? [atMostTimes(1.3, 'ioredis', 'a bare GET')] : [],
    value: ({ wall = Number.NaN }) => wall,
    open: async (create, scale) => {
      const hit = await requireForm(create(sequentialWorkload), 'hits')(results)
      const call = (at: number) => hit(at % results.length)
      return wallProbe((calls) => wallPerCall(calls, atOnce, call), scale)
    },
  }
}

/** What takes two round trips, beside two scripts that do next to nothing. */
function tripsRow(id: string, title: string, load: ContenderEntry['load']): Row {
  return {
    id,
    title: `${title}, one after the other, wall time`,
    unit: 'ns',
    share: 0.6,
    contenders: ['ioredis', 'headrace'],
    load: { headrace: load, ioredis: () => import('../contenders/redis/ioredis-evalsha.ts') },
    goals: id === 'redis-breaker' ? [atMostTimes(1.3, 'ioredis', 'two bare EVALSHA')] : [],
    value: ({ wall = Number.NaN }) => wall,
    open: async (create, scale) => {
      const once = requireForm(create(sequentialWorkload), 'call')
      return wallProbe((calls) => wallPerCall(calls, 1, (at) => once({ id: at })), scale)
    },
  }
}

const floor = 0.92
const queries = 200

/** The nearest vector above the floor, or none; half of the queries have one. */
function vectorRow(count: number): Row {
  return {
    id: `redis-vectors-${count}`,
    title: `vector look-up in Redis 8, ${count / 1_000}k × ${dimensions}, one after the other, wall time`,
    unit: 'ns',
    share: 0.4,
    contenders: ['ioredis', 'headrace'],
    load: {
      headrace: () => import('../contenders/redis/headrace-vectors.ts'),
      ioredis: () => import('../contenders/redis/ioredis-vsim.ts'),
    },
    goals: [atMostTimes(1.5, 'ioredis', 'a bare VSIM'), atLeast(0.98, 'recall 0.98', 'recall')],
    value: ({ wall = Number.NaN }) => wall,
    detail: ({ recall = Number.NaN }) => `recall ${Number(recall.toPrecision(3))}`,
    prepare: () => startFilledRedis(count),
    open: async (create, scale, url) => {
      const vectors = new Embeddings(count)
      const search = await requireForm(create(sequentialWorkload), 'searchIn')(url)
      const random = createRandom(count)
      const places = Array.from({ length: queries }, () => Math.floor(random() * count))
      const near = places.map((place) => vectors.near(place))
      const strange = places.map((place) => vectors.strange(place))
      const ask = async (at: number) => {
        const query = (at % 2 === 0 ? near : strange)[(at >> 1) % queries]
        return query && search(query, floor)
      }
      let found = 0
      for (const [at, place] of places.entries()) if ((await ask(2 * at)) === place) found++
      const probe = await wallProbe((calls) => wallPerCall(calls, 1, ask), scale)
      return { measure: async () => ({ ...(await probe.measure()), recall: found / queries }) }
    },
  }
}

/** What the way through ours adds to a command of Redis. */
export const redisRows = ({ redisVectors }: Scale): readonly Row[] => [
  hitRow(1),
  hitRow(64),
  tripsRow(
    'redis-breaker',
    'breaker in Redis, admission and end',
    () => import('../contenders/redis/headrace-breaker.ts'),
  ),
  tripsRow(
    'redis-limiter',
    'permit and rate in Redis, acquire and release',
    () => import('../contenders/redis/headrace-limiter.ts'),
  ),
  ...redisVectors.map(vectorRow),
]
