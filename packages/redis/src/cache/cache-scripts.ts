import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'

// An epoch is a moment in microseconds by the server's clock, made to grow: what was forgotten and begins anew is so
// always later than what was known before. A group's epochs are one hash:
//   born   nothing from before this epoch is trusted: the hash was made then, or everything was purged
//   last   the newest epoch
//   floor  tags whose epoch is not in the hash have at most this one
//   <tag>, <partition><tag>   the last invalidation of the tag in every partition, or in one
// An entry is a string: `headrace1 <epoch of its write> <writer's clock - server's clock, ms> <tag>...\n<JSON>`.

const functions = `
local function micros()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end
local function text(number) return string.format('%.0f', number) end
local function open(key)
  local known = redis.call('HMGET', key, 'born', 'last', 'floor')
  if known[1] and known[2] and known[3] then
    return tonumber(known[1]), tonumber(known[2]), tonumber(known[3])
  end
  -- never there, or lost: whatever an entry or a writer knows of it is older
  local now = micros()
  redis.call('HSET', key, 'born', text(now), 'last', text(now), 'floor', text(now))
  return now, now, now
end
local function newest(key, partition, tags, floor)
  if #tags == 0 then return 0 end
  local top = floor
  -- in parts, since a call takes only so many arguments
  for first = 1, #tags, 1000 do
    local fields = {}
    for index = first, math.min(first + 999, #tags) do
      fields[#fields + 1] = tags[index]
      fields[#fields + 1] = partition .. tags[index]
    end
    for _, epoch in ipairs(redis.call('HMGET', key, unpack(fields))) do
      if epoch then top = math.max(top, tonumber(epoch)) end
    end
  end
  return top
end
local function rest(from)
  local list = {}
  for index = from, #ARGV do list[#list + 1] = ARGV[index] end
  return list
end
`

function script(text: string): RedisScript {
  return redisScript(`${functions}${text}`)
}

/**
 * Keys: entry, epochs. Arguments: partition. Gives the entry's text or nothing, the newest epoch, the server's time in ms.
 * An entry that was invalidated is removed by whoever finds it first; until then it only takes room.
 */
export const getScript: RedisScript = script(`
local born, last, floor = open(KEYS[2])
local raw = redis.call('GET', KEYS[1])
if raw then
  local epoch, names = string.match(raw, '^headrace1 (%d+) %-?%d+([^\\n]*)\\n')
  if epoch then
    local tags = {}
    for name in string.gmatch(names, '%S+') do tags[#tags + 1] = name end
    epoch = tonumber(epoch)
    if epoch < born or newest(KEYS[2], ARGV[1], tags, floor) > epoch then
      redis.call('UNLINK', KEYS[1])
      raw = false
    end
  end
end
return {raw, last, math.floor(micros() / 1000)}
`)

/**
 * Keys: entry, epochs, lease. Arguments: partition, epoch or '', token or '', milliseconds to live or '', the writer's
 * time in ms, JSON, tags... Gives 1, or 0 where the guard forbids it.
 */
export const setScript: RedisScript = script(`
local born, last, floor = open(KEYS[2])
local tags = rest(7)
if ARGV[2] ~= '' then
  local epoch = tonumber(ARGV[2])
  if epoch < born or newest(KEYS[2], ARGV[1], tags, floor) > epoch then return 0 end
end
if ARGV[3] ~= '' then
  local holder = redis.call('GET', KEYS[3])
  if holder and holder ~= ARGV[3] then return 0 end
  if holder then redis.call('DEL', KEYS[3]) end
end
local skew = tonumber(ARGV[5]) - math.floor(micros() / 1000)
local names = #tags > 0 and ' ' .. table.concat(tags, ' ') or ''
local raw = 'headrace1 ' .. text(last) .. ' ' .. text(skew) .. names .. '\\n' .. ARGV[6]
if ARGV[4] == '' then
  redis.call('SET', KEYS[1], raw)
elseif tonumber(ARGV[4]) > 0 then
  redis.call('SET', KEYS[1], raw, 'PX', ARGV[4])
else
  redis.call('DEL', KEYS[1])
end
return 1
`)

/** Keys: epochs. Arguments: partition, tags... Gives the newest epoch of the tags, or of all where there are none. */
export const epochScript: RedisScript = script(`
local born, last, floor = open(KEYS[1])
local tags = rest(2)
if #tags == 0 then return last end
return newest(KEYS[1], ARGV[1], tags, floor)
`)

/**
 * Keys: epochs. Arguments: how many tags to know, partition or '' for every one, tags... Gives the epoch of this
 * invalidation. Where too many tags are known all are forgotten: entries with tags from before are no longer given.
 */
export const invalidateScript: RedisScript = script(`
local born, last, floor = open(KEYS[1])
local epoch = math.max(last + 1, micros())
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'born', text(born), 'floor', text(last))
end
redis.call('HSET', KEYS[1], 'last', text(epoch))
for index = 3, #ARGV do redis.call('HSET', KEYS[1], ARGV[2] .. ARGV[index], text(epoch)) end
return epoch
`)

/** Keys: epochs. Nothing from before is given or taken any more. */
export const purgeScript: RedisScript = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local born, last = open(KEYS[1])
local epoch = math.max(last + 1, micros())
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'born', text(epoch), 'last', text(epoch), 'floor', text(epoch))
return epoch
`)

/** Keys: lease. Arguments: token, milliseconds. Gives 0 where it is given, or how many milliseconds are left of another's. */
export const leaseScript: RedisScript = redisScript(`
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
local left = redis.call('PTTL', KEYS[1])
if left >= 0 then return math.max(left, 1) end
-- a lease always ends, so this is none
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
`)

/** Keys: lease. Arguments: token. */
export const releaseScript: RedisScript = redisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`)
