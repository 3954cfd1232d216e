/**
 * Takes all that is asked for, or nothing, as Lua. KEYS: the lease, the counter of leases, then for each request its
 * cooldown, its state and, for a permit, its turns. ARGV: channel, id of the lease, owner, then for each request
 * `bucket` or `window`, limit, perMs, burst, weight, or `permit`, max, leaseMs and the key as JSON. Answers 1 and the
 * number of the lease, or 0, the wait and the number of the request.
 */
export const acquire = `
local now = read_time()
local channel, id, owner = ARGV[1], ARGV[2], ARGV[3]

local function read_asks()
  local asks, names = {}, {}
  local key, arg = 3, 4
  while ARGV[arg] do
    local ask = { kind = ARGV[arg], cool = KEYS[key], state = KEYS[key + 1] }
    if ask.kind == 'permit' then
      ask.max, ask.leaseMs, ask.text = tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2]), ARGV[arg + 3]
      ask.turns = KEYS[key + 2]
      key, arg = key + 3, arg + 4
    else
      ask.limit, ask.perMs = tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2])
      ask.burst, ask.weight = tonumber(ARGV[arg + 3]), tonumber(ARGV[arg + 4])
      key, arg = key + 2, arg + 5
    end
    names[#names + 1] = ask.cool
    names[#names + 1] = ask.turns or ask.state
    asks[#asks + 1] = ask
  end
  local values = redis.call('MGET', unpack(names))
  for index, ask in ipairs(asks) do
    ask.cooled, ask.raw = values[2 * index - 1], values[2 * index]
  end
  return asks
end

local blocked, blockedMs = 0, 0
local function block(index, ms)
  if ms > blockedMs then blocked, blockedMs = index, math.ceil(ms) end
end

-- Never for longer than it was meant, whatever the clock does.
local function cooled_ms(ask)
  local at, ends = string.match(ask.cooled or '', '^(%S+) (%S+)$')
  at, ends = tonumber(at), tonumber(ends)
  if not at or not ends then return 0 end
  return math.min(ends - now, ends - at)
end

-- Of a key that is asked for twice the second request sees what the first one takes.
local sets, rates = {}, {}

local function permit_ms(ask)
  local set = sets[ask.state]
  if not set then
    set = { held = redis.call('ZCARD', ask.state), asked = 0, turns = open_turns(ask.raw, now), ask = ask }
    sets[ask.state] = set
  end
  set.asked = set.asked + 1
  if set.held + set.asked > ask.max and not set.isSwept then
    set.isSwept = true
    set.over = redis.call('ZREMRANGEBYSCORE', ask.state, '-inf', string.format('%.17g', now))
    set.held = set.held - set.over
  end
  local free = ask.max - set.held - set.asked + 1
  local kept, ends = kept_for_others(set.turns, owner, now)
  if free > kept then return 0 end
  set.isShort = true
  if free > 0 then return ends - now end
  -- Nobody can tell when a permit is given back: whoever found none asks again after this at the latest.
  local first = redis.call('ZRANGE', ask.state, 0, 0, 'WITHSCORES')
  return math.max(1, math.min(1000, (tonumber(first[2]) or now + 1000) - now))
end

local function rate_ms(ask)
  local machine = machines[ask.kind]
  local state = rates[ask.state]
  if not state then
    state = machine.open(ask.raw, now)
    rates[ask.state] = state
  end
  local ms = machine.wait(state, ask, now)
  if ms == 0 then machine.take(state, ask, now) end
  return ms
end

local function next_number()
  local time = redis.call('TIME')
  local number = math.max(time[1] * 1000000 + time[2], (tonumber(redis.call('GET', KEYS[2])) or 0) + 1)
  redis.call('SET', KEYS[2], string.format('%.0f', number))
  return number
end

local function grant(asks)
  local parts, leaseMs, worthMs, counts = {}, nil, 1, {}
  for _, ask in ipairs(asks) do
    if ask.kind == 'permit' then leaseMs = math.min(leaseMs or ask.leaseMs, ask.leaseMs) end
  end
  for index, ask in ipairs(asks) do
    if ask.kind == 'permit' then
      local member = id .. ':' .. index
      redis.call('ZADD', ask.state, string.format('%.17g', now + leaseMs), member)
      keep_permits(ask.state, leaseMs)
      parts[index] = { kind = 'permit', text = ask.text, member = member }
    else
      worthMs = math.max(worthMs, machines[ask.kind].worth_ms(ask))
      parts[index] = { kind = ask.kind, limit = ask.limit, perMs = ask.perMs, burst = ask.burst, weight = ask.weight }
      save_rate(ask.state, rates[ask.state], ask, now)
    end
  end
  for _, set in pairs(sets) do
    if end_turn(set.turns, owner) then save_turns(set.ask.turns, set.turns) end
  end
  -- Without permits a lease is remembered for as long as giving it back is worth anything.
  local lease = cmsgpack.pack({ at = now, ms = leaseMs or 0, parts = parts })
  redis.call('SET', KEYS[1], lease, 'PX', life(leaseMs and leaseMs + 1000 or worthMs))
  return leaseMs and next_number() or 0
end

local asks = read_asks()
for index, ask in ipairs(asks) do block(index, cooled_ms(ask)) end
for index, ask in ipairs(asks) do
  if ask.kind == 'permit' then block(index, permit_ms(ask)) end
end
for index, ask in ipairs(asks) do
  if ask.kind ~= 'permit' then block(index, rate_ms(ask)) end
end
local number = blocked == 0 and grant(asks) or 0
for _, set in pairs(sets) do
  if set.isShort then
    wait_for_turn(set.turns, owner, now)
    save_turns(set.ask.turns, set.turns)
  end
  -- More permits than one may have become free with those that were not given back in time.
  if (set.over or 0) > 0 then redis.call('PUBLISH', channel, '{"key":' .. set.ask.text .. '}') end
end
if blocked == 0 then return { 1, number } end
return { 0, blockedMs, blocked }
`
