/**
 * What is kept of a breaker, in a hash (KEYS[1]) and the list of the calls that rates are computed over (KEYS[2]), as Lua:
 * reading, writing, and what others are told.
 *
 * A breaker's generation begins with the microseconds since the epoch, so that one that was forgotten, by its time or by
 * a server that lost its data, never takes an outcome of its former life for its own.
 */
export const breakerState = `
local hour, week = 3600000, 604800000
-- How long a breaker in use is left alone before its keys are given more time.
local keep_again_ms = 600000
local never = -1e300
local fields = {
  state = '', gen = 0, judged = 0, row = 0, row_by = '', last = '', cause = '', open_until = never, open_ms = 0,
  growth = 0, closed_at = never, half_until = never, probes = '', given = 0, successes = 0, now = never, shift = 0,
  failed = 0, slow = 0, size = 0
}
local states = { closed = true, open = true, ['half-open'] = true, isolated = true, disabled = true }
local names = {}
for name in pairs(fields) do names[#names + 1] = name end
local b, changed, told = {}, {}, {}
-- The time of the newest call in the list.
local newest

local function put(name, value)
  b[name] = value
  changed[name] = true
end

local function time_of(entry)
  return tonumber(string.match(entry, '^%S+'))
end

-- false where nothing is known of the key
local function load()
  local values = redis.call('HMGET', KEYS[1], unpack(names))
  for index, name in ipairs(names) do
    local first, value = fields[name], values[index]
    if type(first) == 'number' then value = value and tonumber(value) end
    b[name] = value or first
  end
  if b.state == 'closed' then
    local last = redis.call('LINDEX', KEYS[2], -1)
    newest = last and time_of(last)
    b.now = math.max(b.now, newest or never)
  end
  if states[b.state] then return true end
  for name, first in pairs(fields) do b[name] = first end
  return false
end

-- What may stand there is none of ours.
local function create()
  redis.call('DEL', KEYS[1], KEYS[2])
  local time = redis.call('TIME')
  put('gen', time[1] * 1000000 + time[2])
  put('state', 'closed')
end

-- The breaker's own clock never runs backwards: over a small step back it stands still, over a large one, of a server
-- that took the place of another or was set, it goes on from where it stood.
local function read_clock()
  local time = read_time() + b.shift
  if time > b.now then
    put('now', time)
  elseif b.now - time > 1000 then
    put('shift', b.shift + b.now - time)
  end
  return b.now
end

-- Below 0 where an open breaker may take a probe by now.
local function left_ms()
  if b.state ~= 'open' then return 0 end
  return math.ceil(b.open_until - math.max(b.now, read_time() + b.shift))
end

local function view()
  return { b.state, b.gen, left_ms(), b.cause, b.judged }
end

-- What was set by hand stays; a breaker that judges nothing any more is forgotten.
local function keep(rules)
  if b.state == 'isolated' or b.state == 'disabled' then return redis.call('PERSIST', KEYS[1]) end
  local ms = hour + keep_again_ms + b.open_ms + (rules and rules.windowMaxAgeMs or 0)
  if b.state == 'closed' then ms = math.min(week, ms) else ms = week + math.max(0, b.open_until - b.now) end
  redis.call('PEXPIRE', KEYS[1], life(ms))
  redis.call('PEXPIRE', KEYS[2], life(ms))
end

-- What a closed breaker answers to most calls: twice the generation, and one more where it has judged anything.
local function go()
  return b.state == 'closed' and string.format('%.0f', 2 * b.gen + b.judged) or ''
end

-- Where a plain success needs no judgement: until when, and how it is reported. Its time is held against that of the
-- newest call alone.
local function quick()
  local isClean = b.failed == 0 and b.slow == 0 and b.shift == 0
  if b.state ~= 'closed' or not isClean or newest ~= b.now then return '' end
  return string.format('%016.0f %.0f %.0f', b.now + keep_again_ms, b.gen, b.size)
end

-- Told last: a server that is out of memory refuses to write, and then nothing has changed.
local function save(rules)
  if next(changed) then
    put('now', b.now)
    -- First come those that most calls look for, since a small hash is searched from its beginning.
    local flat = { 'go', go(), 'quick', quick() }
    for name in pairs(changed) do
      local value = b[name]
      flat[#flat + 1] = name
      flat[#flat + 1] = type(value) == 'number' and string.format('%.17g', value) or value
    end
    redis.call('HSET', KEYS[1], unpack(flat))
    keep(rules)
  end
  for _, message in ipairs(told) do redis.call('PUBLISH', message[1], message[2]) end
end

-- The key and the cause are JSON already, as the client wrote them. The channel is what the hash tag stands behind.
local function tell()
  local parts = { '{"key":', cjson.decode(ARGV[1]).key, ',"state":"', b.state, '","generation":', string.format('%.0f', b.gen) }
  if b.state == 'open' then
    parts[#parts + 1] = ',"leftMs":' .. string.format('%.0f', left_ms())
  end
  if b.cause ~= '' then
    parts[#parts + 1] = ',"cause":' .. b.cause
  end
  told[#told + 1] = { string.match(KEYS[1], '^[^{]*breaker'), table.concat(parts) .. '}' }
end

local function enter(state)
  local from = b.state
  put('state', state)
  put('gen', b.gen + 1)
  for _, name in ipairs({ 'failed', 'slow', 'row', 'row_by', 'probes', 'successes' }) do put(name, fields[name]) end
  if state ~= 'open' and state ~= 'half-open' then put('cause', '') end
  redis.call('DEL', KEYS[2])
  newest = nil
  if from ~= state then tell() end
end
`
