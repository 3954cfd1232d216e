/**
 * Whose turn it is among the processes that wait for a permit, as Lua. Without it a process that gives a permit back and
 * asks at once would always be first, and others would wait for as long as it has work.
 *
 * A process that was refused waits; a permit that is given back is kept, for a moment, for the one that waits longest,
 * unless that is the one that gave it back. Who misses its turn is forgotten until it asks again.
 */
export const turns = `
local turn_ms, patience_ms, turns_live_ms = 50, 2500, 5000

local function keep_if(list, isKept)
  local kept = {}
  for _, one in ipairs(list) do
    if isKept(one) then kept[#kept + 1] = one end
  end
  return kept
end

local function open_turns(raw, now)
  local isOurs, kept = pcall(cmsgpack.unpack, raw or '')
  if not raw or not isOurs or type(kept) ~= 'table' or not kept.waiting then return { waiting = {}, given = {} } end
  local missed = {}
  for _, turn in ipairs(kept.given) do
    if now >= turn.ends then missed[turn.owner] = true end
  end
  return {
    waiting = keep_if(kept.waiting, function(one) return now < one.seen + patience_ms and not missed[one.owner] end),
    given = keep_if(kept.given, function(turn) return now < turn.ends end)
  }
end

local function save_turns(key, state)
  if #state.waiting == 0 and #state.given == 0 then return redis.call('DEL', key) end
  redis.call('SET', key, cmsgpack.pack(state), 'PX', turns_live_ms)
end

-- How many permits are kept for others, and until when the first of them is.
local function kept_for_others(state, owner, now)
  local count, ends = 0, now + turn_ms
  for _, turn in ipairs(state.given) do
    if turn.owner ~= owner then
      count = count + 1
      ends = math.min(ends, turn.ends)
    end
  end
  return count, ends
end

local function wait_for_turn(state, owner, now)
  for _, one in ipairs(state.waiting) do
    if one.owner == owner then
      one.seen = now
      return
    end
  end
  state.waiting[#state.waiting + 1] = { owner = owner, seen = now }
end

-- Gives whether anything has changed.
local function end_turn(state, owner)
  local waiting, given = #state.waiting, #state.given
  state.waiting = keep_if(state.waiting, function(one) return one.owner ~= owner end)
  state.given = keep_if(state.given, function(turn) return turn.owner ~= owner end)
  return #state.waiting < waiting or #state.given < given
end

-- Those who wait stand in the order in which they came.
local function give_turn(state, from, now)
  local hasTurn = {}
  for _, turn in ipairs(state.given) do hasTurn[turn.owner] = true end
  for _, one in ipairs(state.waiting) do
    if one.owner == from then return end
    if not hasTurn[one.owner] then
      state.given[#state.given + 1] = { owner = one.owner, ends = now + turn_ms }
      return
    end
  end
end
`
