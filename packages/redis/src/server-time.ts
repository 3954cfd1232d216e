/** The server's clock in whole milliseconds, as Lua. Everything that scripts know of time comes through `read_time`. */
export const serverTime = `
local function read_time()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`
