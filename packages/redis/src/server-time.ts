/**
 * All that scripts know of time, as Lua: the server's clock in whole milliseconds, and how long a key lives that means
 * nothing after so many milliseconds.
 */
export const serverTime = `
local function read_time()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function life(ms)
  return string.format('%.0f', math.max(1, math.min(1e13, math.ceil(ms))))
end
`
