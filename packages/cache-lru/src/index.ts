export { type LruCacheStore, type LruCacheStoreOptions, lruCacheStore } from './lru-cache-store.ts'
export type { LruStats } from './lru-stats.ts'
export { type LruVectorIndex, type LruVectorIndexOptions, lruVectorIndex } from './lru-vector-index.ts'
