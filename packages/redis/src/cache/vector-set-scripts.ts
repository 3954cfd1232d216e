import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'

// A bucket is a vector set and, beside it, a sorted set of the moments in ms at which its vectors expire: a vector set
// knows no end of its elements. Both go with the last of them.

const functions = `
local function millis()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function drop(ids)
  for _, id in ipairs(ids) do
    redis.call('VREM', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
local function expire()
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
  if not last then return end
  for _, key in ipairs(KEYS) do
    if tonumber(last) < 9e15 then redis.call('PEXPIREAT', key, string.format('%.0f', last)) else redis.call('PERSIST', key) end
  end
end
`

/**
 * Keys: set, ends. Arguments: vector, how many. Gives id, score, id, score..., the nearest first. What has expired is
 * taken out, and looked for again: a few times, since it may be many.
 */
export const searchSetScript: RedisScript = redisScript(`${functions}
local alive
for round = 1, 4 do
  local found = redis.call('VSIM', KEYS[1], 'FP32', ARGV[1], 'WITHSCORES', 'COUNT', ARGV[2])
  if #found == 0 then return found end
  local ids = {}
  for index = 1, #found, 2 do ids[#ids + 1] = found[index] end
  local ends = redis.call('ZMSCORE', KEYS[2], unpack(ids))
  local now = millis()
  local over = {}
  alive = {}
  for index, id in ipairs(ids) do
    if ends[index] and tonumber(ends[index]) > now then
      alive[#alive + 1] = id
      alive[#alive + 1] = found[index * 2]
    else
      over[#over + 1] = id
    end
  end
  drop(over)
  if #over == 0 then break end
end
return alive
`)

/** Keys: set, ends. Arguments: id, vector, milliseconds to live, how many expired ones to sweep. */
export const addToSetScript: RedisScript = redisScript(`${functions}
local now = millis()
drop(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ARGV[4]))
-- An addition holds up the whole server, a third as long as with the default of 200; what is found later is the same.
redis.call('VADD', KEYS[1], 'FP32', ARGV[2], ARGV[1], 'Q8', 'EF', 64)
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), ARGV[1])
expire()
return 1
`)

/** Keys: set, ends. Arguments: ids... */
export const removeFromSetScript: RedisScript = redisScript(`${functions}
drop(ARGV)
return 1
`)
