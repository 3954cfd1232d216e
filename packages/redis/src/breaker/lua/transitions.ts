/** How a breaker opens, lets probes through and ends that, as Lua. ARGV[1] has the rules, ARGV[2] is a random number. */
export const transitions = `
local about = cjson.decode(ARGV[1])
local rules = about.rules
local jitter = 0.1

local function open(at, cause, asked)
  if b.state == 'closed' and at - b.closed_at >= b.open_ms then put('growth', 0) end
  local base = math.min(rules.maxOpenForMs, rules.openForMs * 2 ^ b.growth)
  -- The limit comes before the jitter: breakers that have reached it must not probe in step either.
  local spread = math.max(1, math.floor(base * (1 - jitter + 2 * jitter * tonumber(ARGV[2])) + 0.5))
  local ms = spread
  if asked > spread then ms = math.max(spread, math.min(asked, rules.maxOpenForMs)) end
  put('open_ms', ms)
  put('open_until', at + ms)
  put('growth', b.growth + 1)
  put('cause', cause)
  enter('open')
end

local function half_open()
  put('half_until', b.now + rules.maxHalfOpenMs)
  enter('half-open')
end

-- Nothing runs when the time is over: whoever comes next finds the breaker as a timer would have left it.
local function end_half_open()
  if b.state == 'half-open' and b.now >= b.half_until then open(b.half_until, b.cause, 0) end
end
`
