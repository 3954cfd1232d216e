import type { RedisScript } from '../client/redis-client.ts'
import { redisScript } from '../client/redis-script.ts'
import { evenWhenFull } from '../even-when-full.ts'

// An epoch is a moment in microseconds by the server's clock, made to grow: what was forgotten and begins anew is so
// always later than what was known before. A group of partitions has three keys:
//   epoch  `<born> <last>`: nothing from before born is trusted, since the key was made then or everything was purged;
//          last is the newest epoch
//   tags   a hash with the last invalidation of a tag, <tag> in every partition, <partition><tag> in one; `floor` is what
//          the tags that are in neither hash may have had, `begun` the newest epoch from before this hash
//   older  what was `tags` until it had too many, and is forgotten when the next one has
// An entry is a string: `headrace1 <epoch> <writer's clock - server's clock, ms> <tag>...\n<JSON>`. It holds unless it is
// older than born, or one of its tags was invalidated after its epoch. So one without tags, and one whose epoch is the
// last, need no look at the tags: a hit is a plain MGET of the first two keys.

const time = `
local function micros()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end
local function text(number) return string.format('%.0f', number) end
`

const open = `${time}
local function open(key)
  local born, last = string.match(redis.call('GET', key) or '', '^(%d+) (%d+)$')
  if born then return tonumber(born), tonumber(last) end
  -- never there, or lost: whatever an entry or a writer knows of it is older
  local now = text(micros())
  redis.call('SET', key, now .. ' ' .. now)
  return tonumber(now), tonumber(now)
end
`

// Tags that were lost may have been invalidated until now.
const tags = `
local function begin(key, floor, begun)
  redis.call('DEL', key)
  redis.call('HSET', key, 'floor', text(floor), 'begun', text(begun))
end
local function newest(key, older, last, partition, tags)
  if #tags == 0 then return 0 end
  local top = 0
  -- in parts, since a call takes only so many arguments
  for first = 1, #tags, 1000 do
    local fields = {'floor', 'begun'}
    for index = first, math.min(first + 999, #tags) do
      fields[#fields + 1] = tags[index]
      fields[#fields + 1] = partition .. tags[index]
    end
    local now = redis.call('HMGET', key, unpack(fields))
    local before = redis.call('HMGET', older, unpack(fields))
    if not (now[1] and now[2]) then
      begin(key, last, last)
      return last
    end
    top = math.max(top, tonumber(now[1]))
    if not before[1] then top = math.max(top, tonumber(now[2])) end
    for index = 3, #fields do
      top = math.max(top, tonumber(now[index] or 0), tonumber(before[index] or 0))
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

/**
 * Keys: entry, epoch, tags, older. Arguments: partition. Gives the entry's text or nothing, the epoch's, the server's time in ms.
 * An entry that was invalidated is removed; one that holds is told so, and the next look at it needs no script.
 */
export const lookScript: RedisScript = redisScript(`${open}${tags}
local born, last = open(KEYS[2])
local raw = redis.pcall('GET', KEYS[1])
-- of another type it is an error: no entry
if type(raw) ~= 'string' then raw = false end
if raw then
  local epoch, names = string.match(raw, '^headrace1 (%d+) %-?%d+([^\\n]*)\\n')
  if epoch and tonumber(epoch) < born then
    redis.call('UNLINK', KEYS[1])
    raw = false
  elseif epoch and names ~= '' and tonumber(epoch) < last then
    local list = {}
    for name in string.gmatch(names, '%S+') do list[#list + 1] = name end
    if newest(KEYS[3], KEYS[4], last, ARGV[1], list) > tonumber(epoch) then
      redis.call('UNLINK', KEYS[1])
      raw = false
    elseif #epoch == #text(last) then
      -- in its place: the entry may be large, and a replica is told what was written
      redis.call('SETRANGE', KEYS[1], 10, text(last))
    end
  end
end
return {raw, text(born) .. ' ' .. text(last), math.floor(micros() / 1000)}
`)

/**
 * Keys: entry, epoch, tags, older, lease. Arguments: partition, epoch or '', token or '', milliseconds to live or '', the writer's
 * time in ms, what the server's was then or '', JSON, tags... Gives whether it was stored, 1, or 0 where the guard forbids
 * it, and the server's time in ms.
 */
export const setScript: RedisScript = redisScript(`${open}${tags}
local born, last = open(KEYS[2])
local now = math.floor(micros() / 1000)
local list = rest(8)
if ARGV[2] ~= '' then
  local epoch = tonumber(ARGV[2])
  if epoch < born then return {0, now} end
  if epoch < last and newest(KEYS[3], KEYS[4], last, ARGV[1], list) > epoch then return {0, now} end
end
if ARGV[3] ~= '' then
  local holder = redis.call('GET', KEYS[5])
  if holder and holder ~= ARGV[3] then return {0, now} end
  if holder then redis.call('DEL', KEYS[5]) end
end
local names = #list > 0 and ' ' .. table.concat(list, ' ') or ''
-- what was long on its way, as to a server that was paused, has lived meanwhile
local late = ARGV[6] == '' and 0 or math.max(0, now - ARGV[6])
local raw = 'headrace1 ' .. text(last) .. ' ' .. text(ARGV[5] - now + late) .. names .. '\\n' .. ARGV[7]
if ARGV[4] == '' then
  redis.call('SET', KEYS[1], raw)
elseif ARGV[4] - late > 0 then
  redis.call('SET', KEYS[1], raw, 'PX', text(ARGV[4] - late))
else
  redis.call('DEL', KEYS[1])
end
return {1, now}
`)

/** Keys: epoch, tags, older. Arguments: partition, tags... Gives the newest epoch of the tags, or of all where there are none. */
export const epochScript: RedisScript = redisScript(`${open}${tags}
local born, last = open(KEYS[1])
local list = rest(2)
if #list == 0 then return last end
return newest(KEYS[2], KEYS[3], last, ARGV[1], list)
`)

// An invalidation that a full server refuses is one that other processes never hear of; what it adds is bounded.

/**
 * Keys: epoch, tags, older. Arguments: how many tags a hash may have, partition or '' for every one, tags... Gives the epoch
 * of this invalidation. Where too many tags are known the older ones are forgotten: entries with tags that nobody has asked
 * for since no longer hold.
 */
export const invalidateScript: RedisScript = redisScript(`${evenWhenFull}${open}${tags}
local born, last = open(KEYS[1])
local begun = redis.call('HGET', KEYS[2], 'begun')
if not begun then
  begin(KEYS[2], last, last)
elseif redis.call('HLEN', KEYS[2]) > tonumber(ARGV[1]) then
  redis.call('UNLINK', KEYS[3])
  redis.call('RENAME', KEYS[2], KEYS[3])
  begin(KEYS[2], begun, last)
end
local epoch = math.max(last + 1, micros())
redis.call('SET', KEYS[1], text(born) .. ' ' .. text(epoch))
for index = 3, #ARGV do redis.call('HSET', KEYS[2], ARGV[2] .. ARGV[index], text(epoch)) end
return epoch
`)

/** Keys: epoch, tags, older. Nothing from before is given or taken any more; where nothing is, nothing is done. */
export const purgeScript: RedisScript = redisScript(`${evenWhenFull}${open}
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local born, last = open(KEYS[1])
local epoch = text(math.max(last + 1, micros()))
redis.call('SET', KEYS[1], epoch .. ' ' .. epoch)
redis.call('UNLINK', KEYS[2], KEYS[3])
return 1
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
