/**
 * The token bucket, as Lua: core's machine, number for number. What is kept is when it was last full, the tokens taken
 * since, and when that was written.
 */
export const tokenBucket = `
local tolerance = 1e-9

-- Time goes on from where it stood when the clock of the server, or of the one that took its place, is behind.
local function set_back(last, now)
  return math.min(0, now - last)
end

local bucket = {}

function bucket.open(raw, now)
  local isOurs, kept = pcall(cmsgpack.unpack, raw or '')
  if not raw or not isOurs or type(kept) ~= 'table' or #kept ~= 3 then return { full = now, taken = 0 } end
  return { full = kept[1] + set_back(kept[3], now), taken = kept[2] }
end

-- Multiplied out, as quotients are rounded.
function bucket.has_dripped(state, rate, tokens, now)
  return (now - state.full) * rate.limit >= tokens * rate.perMs
end

function bucket.wait(state, rate, now)
  local missing = state.taken + rate.weight - rate.burst - tolerance
  if missing <= 0 or bucket.has_dripped(state, rate, missing, now) then return 0 end
  local wait = math.max(1, math.ceil((missing * rate.perMs) / rate.limit - (now - state.full)))
  return bucket.has_dripped(state, rate, missing, now + wait) and wait or wait + 1
end

function bucket.take(state, rate, now)
  if bucket.has_dripped(state, rate, state.taken, now) then
    state.full, state.taken = now, 0
  end
  state.taken = state.taken + rate.weight
end

-- Worth what was taken less what has dripped in since.
function bucket.refund(state, rate, takenAt, now)
  local left = rate.weight - ((now - takenAt) * rate.limit) / rate.perMs
  if left > 0 then state.taken = state.taken - left end
end

function bucket.pack(state, rate, now)
  local idleMs = (state.taken * rate.perMs) / rate.limit - (now - state.full)
  return cmsgpack.pack({ state.full, state.taken, now }), idleMs
end

function bucket.worth_ms(rate)
  return (rate.weight * rate.perMs) / rate.limit
end
`
