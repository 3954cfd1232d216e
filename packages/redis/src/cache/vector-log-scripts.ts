import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'

// A bucket is three keys: a hash with the vectors, a sorted set with the number of each id's last change, and one with the
// moments in ms at which they expire. The second is the log that processes follow, each id in it once. An id that was
// removed stays there, without a vector, until it would have expired: no mirror keeps it longer. The field '#' of the
// hash is a name: with another one the bucket was lost and begun anew.

const functions = `
local function micros()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end
local function text(number) return string.format('%.0f', number) end
local function mark(id)
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
  redis.call('ZADD', KEYS[2], text(math.max(micros(), tonumber(last or 0) + 1)), id)
end
`

/** Keys: vectors, changes, ends. Arguments: id, vector, milliseconds to live, name, how many expired ones to sweep. */
export const addToLogScript: RedisScript = redisScript(`${functions}
local now = math.floor(micros() / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[5])) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
end
local over = now + tonumber(ARGV[3])
redis.call('HSETNX', KEYS[1], '#', ARGV[4])
redis.call('HSET', KEYS[1], ARGV[1], text(over) .. ' ' .. ARGV[2])
redis.call('ZADD', KEYS[3], over, ARGV[1])
mark(ARGV[1])
local last = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')[2]
for _, key in ipairs(KEYS) do
  if tonumber(last) < 9e15 then redis.call('PEXPIREAT', key, text(last)) else redis.call('PERSIST', key) end
end
return 1
`)

/** Keys: vectors, changes, ends. Arguments: ids... */
export const removeFromLogScript: RedisScript = redisScript(`${functions}
for _, id in ipairs(ARGV) do
  if redis.call('HDEL', KEYS[1], id) == 1 then mark(id) end
end
return 1
`)

/**
 * Keys: vectors, changes. Arguments: name, last number, how many. Gives the server's time in ms, the name or nothing, and
 * the changes after that number in their order, all from the first where the name is another: number, id, vector or nothing.
 */
export const followLogScript: RedisScript = redisScript(`${functions}
local reply = {math.floor(micros() / 1000), redis.call('HGET', KEYS[1], '#')}
if not reply[2] then return reply end
local from = reply[2] == ARGV[1] and '(' .. ARGV[2] or '-inf'
local changes = redis.call('ZRANGEBYSCORE', KEYS[2], from, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
if #changes == 0 then return reply end
local ids = {}
for index = 1, #changes, 2 do ids[#ids + 1] = changes[index] end
for index, vector in ipairs(redis.call('HMGET', KEYS[1], unpack(ids))) do
  reply[#reply + 1] = changes[index * 2]
  reply[#reply + 1] = ids[index]
  reply[#reply + 1] = vector
end
return reply
`)
