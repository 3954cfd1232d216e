/** How rates, permits and leases are kept and given back, as Lua: what several of the limiter's scripts do. */
export const keepState = `
local machines = { bucket = bucket, window = window }

local function save_rate(key, state, rate, now)
  local packed, idleMs = machines[rate.kind].pack(state, rate, now)
  redis.call('SET', key, packed, 'PX', life(idleMs))
end

-- A set of permits lives as long as the last of them may.
local function keep_permits(key, leaseMs)
  if redis.call('PTTL', key) < leaseMs then redis.call('PEXPIRE', key, life(leaseMs)) end
end
`
