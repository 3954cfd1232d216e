/**
 * The result cache and the vector index on Redis, shared by processes.
 *
 * @module
 */

export { type RedisCacheStore, type RedisCacheStoreOptions, redisCacheStore } from './cache/redis-cache-store.ts'
export {
  type RedisVectorIndex,
  type RedisVectorIndexOptions,
  redisVectorIndex,
} from './cache/redis-vector-index.ts'
