/**
 * What is done with a lease, as Lua. KEYS: the lease, then for each request its state and, for a permit, its turns; in
 * the order in which they were granted.
 */
const leaseParts = `
local now = read_time()

-- Nothing where the lease is unknown, or the keys are those of another.
local function read_lease()
  local raw = redis.call('GET', KEYS[1])
  if not raw then return nil end
  local lease, key = cmsgpack.unpack(raw), 2
  lease.isHeld = true
  for _, part in ipairs(lease.parts) do
    part.state = KEYS[key]
    key = key + 1
    if part.kind == 'permit' then
      part.turns = KEYS[key]
      key = key + 1
    end
  end
  if key ~= #KEYS + 1 then return nil end
  for _, part in ipairs(lease.parts) do
    if part.kind == 'permit' then
      part.ends = tonumber(redis.call('ZSCORE', part.state, part.member) or nil)
      if not part.ends or part.ends <= now then lease.isHeld = false end
    end
  end
  return lease
end

-- Gives the permits back, and tells those who wait when all of it is done. Answers the keys that have one more.
local function free_permits(lease, channel, owner)
  local freed = {}
  for _, part in ipairs(lease.parts) do
    if part.ends and redis.call('ZREM', part.state, part.member) == 1 then
      local state = open_turns(redis.call('GET', part.turns), now)
      if #state.waiting > 0 then
        give_turn(state, owner, now)
        save_turns(part.turns, state)
      end
      freed[#freed + 1] = part.text
    end
  end
  redis.call('DEL', KEYS[1])
  for _, text in ipairs(freed) do
    redis.call('PUBLISH', channel, '{"key":' .. text .. ',"by":"' .. owner .. '"}')
  end
  return freed
end
`

/** Keeps the permits of a lease; answers 1 while it holds them, or a list of keys that have one more. ARGV: channel, owner. */
export const renew: string = `${leaseParts}
local lease = read_lease()
if not lease then return {} end
if not lease.isHeld then return free_permits(lease, ARGV[1], ARGV[2]) end
for _, part in ipairs(lease.parts) do
  if part.ends then
    redis.call('ZADD', part.state, string.format('%.17g', now + lease.ms), part.member)
    keep_permits(part.state, lease.ms)
  end
end
if lease.ms > 0 then redis.call('PEXPIRE', KEYS[1], life(lease.ms + 1000)) end
return 1
`

/**
 * Ends a lease; one whose time is over gives no tokens back. Answers the keys that have one permit more. ARGV: channel,
 * owner, 1 where tokens are given back.
 */
export const release: string = `${leaseParts}
local lease = read_lease()
if not lease then return {} end
if ARGV[3] == '1' and lease.isHeld then
  for _, part in ipairs(lease.parts) do
    local raw = part.kind ~= 'permit' and redis.call('GET', part.state)
    if raw then
      local state = machines[part.kind].open(raw, now)
      machines[part.kind].refund(state, part, lease.at, now)
      save_rate(part.state, state, part, now)
    end
  end
end
return free_permits(lease, ARGV[1], ARGV[2])
`

/** Refuses a key for so many milliseconds; an earlier end changes nothing. KEYS: the cooldown. ARGV: milliseconds. */
export const cooldown = `
local now, ms = read_time(), tonumber(ARGV[1])
local at, ends = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%S+)$')
local left = tonumber(ends) and math.min(tonumber(ends) - now, tonumber(ends) - tonumber(at)) or 0
if ms <= math.max(0, left) then return 0 end
redis.call('SET', KEYS[1], string.format('%.17g %.17g', now, now + ms), 'PX', life(ms + 1))
return 1
`
