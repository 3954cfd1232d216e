export { type RedisCacheStore, type RedisCacheStoreOptions, redisCacheStore } from './cache/redis-cache-store.ts'
