export { type RedisCacheStore, type RedisCacheStoreOptions, redisCacheStore } from './cache/redis-cache-store.ts'
export {
  type RedisVectorIndex,
  type RedisVectorIndexOptions,
  redisVectorIndex,
} from './cache/redis-vector-index.ts'
