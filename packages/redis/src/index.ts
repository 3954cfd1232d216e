export { type IoredisClientOptions, ioredisClient } from './client/ioredis-client.ts'
export { openRedis } from './client/open-redis.ts'
export type { OpenRedisOptions, RedisAddress, RedisSentinels } from './client/open-redis-options.ts'
export type {
  RedisArgument,
  RedisClient,
  RedisReply,
  RedisScript,
  RedisScriptInput,
  RedisSubscriber,
} from './client/redis-client.ts'
export { RedisError, type RedisErrorCode } from './client/redis-error.ts'
export { redisScript } from './client/redis-script.ts'
