/**
 * The sliding window, as Lua: core's machine, number for number. Moments and weights in turn, the oldest first, at most
 * 256 of them; beyond that those of the same 128th of the window become one, the later one.
 */
export const slidingWindow = `
local most_moments, coarse_parts = 256, 128
local window = {}

function window.open(raw, now)
  local isOurs, kept = pcall(cmsgpack.unpack, raw or '')
  local state = { times = {}, weights = {}, sum = 0 }
  if not raw or not isOurs or type(kept) ~= 'table' or #kept % 2 ~= 1 then return state end
  local back = set_back(kept[1], now)
  for index = 2, #kept, 2 do
    window.push(state, kept[index] + back, kept[index + 1])
  end
  return state
end

function window.push(state, time, weight)
  state.times[#state.times + 1] = time
  state.weights[#state.weights + 1] = weight
  state.sum = state.sum + weight
end

-- What was taken at 0 counts until just before perMs.
function window.forget(state, rate, now)
  if #state.times == 0 or state.times[1] > now - rate.perMs then return end
  local times, weights = state.times, state.weights
  state.times, state.weights, state.sum = {}, {}, 0
  for index, time in ipairs(times) do
    if time > now - rate.perMs then window.push(state, time, weights[index]) end
  end
end

function window.wait(state, rate, now)
  window.forget(state, rate, now)
  local excess = state.sum + rate.weight - rate.limit - tolerance
  if excess <= 0 then return 0 end
  local index, freed = 1, state.weights[1]
  while freed < excess and index < #state.times do
    index = index + 1
    freed = freed + state.weights[index]
  end
  local moment = state.times[index]
  local wait = math.max(1, math.ceil(moment + rate.perMs - now))
  return moment <= now + wait - rate.perMs and wait or wait + 1
end

function window.coarsen(state, partMs)
  local times, weights = state.times, state.weights
  state.times, state.weights, state.sum = {}, {}, 0
  for index, time in ipairs(times) do
    local last = #state.times
    if last > 0 and math.floor(state.times[last] / partMs) == math.floor(time / partMs) then
      state.times[last] = time
      state.weights[last] = state.weights[last] + weights[index]
      state.sum = state.sum + weights[index]
    else
      window.push(state, time, weights[index])
    end
  end
end

function window.take(state, rate, now)
  window.forget(state, rate, now)
  local newest = #state.times
  if newest > 0 and state.times[newest] >= now then
    state.weights[newest] = state.weights[newest] + rate.weight
    state.sum = state.sum + rate.weight
    return
  end
  if newest == most_moments then window.coarsen(state, rate.perMs / coarse_parts) end
  window.push(state, now, rate.weight)
end

-- A moment only ever becomes a later one, so the first one from then on has it.
function window.refund(state, rate, takenAt, now)
  window.forget(state, rate, now)
  if takenAt <= now - rate.perMs then return end
  for index, time in ipairs(state.times) do
    if time >= takenAt then
      local weight = math.min(rate.weight, state.weights[index])
      state.weights[index] = state.weights[index] - weight
      state.sum = state.sum - weight
      return
    end
  end
end

function window.pack(state, rate, now)
  local flat = { now }
  for index, time in ipairs(state.times) do
    flat[#flat + 1] = time
    flat[#flat + 1] = state.weights[index]
  end
  return cmsgpack.pack(flat), (state.times[#state.times] or now) + rate.perMs - now
end

function window.worth_ms(rate)
  return rate.perMs
end
`
