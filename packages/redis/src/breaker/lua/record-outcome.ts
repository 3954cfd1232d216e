/**
 * Counts how an admitted call ended, as Lua; answers the view. ARGV[3] is the report: of a plain success its generation and
 * the size of its window, of anything else JSON; ARGV[4] and ARGV[5] are who reports it and the name of its probe.
 *
 * Comes in two parts: most calls are plain successes where nothing is held against any other. They need no judgement, and
 * the answer is 1: the breaker is closed, in the generation that was reported.
 */
export const recordQuickly = `
local quick = redis.call('HGET', KEYS[1], 'quick')
if quick and string.sub(quick, 18) == ARGV[3] then
  local last, now = redis.call('LINDEX', KEYS[2], -1), read_time()
  if last and now >= tonumber(last) and now < tonumber(string.sub(quick, 1, 16)) then
    local count = redis.call('RPUSH', KEYS[2], now)
    local tooMany = count % 16 == 0 and count - string.match(ARGV[3], '%d+$') or 0
    if tooMany > 0 then redis.call('LPOP', KEYS[2], tooMany) end
    return 1
  end
end
`

export const recordOutcome = `
local outcome = { kind = 'success', generation = tonumber(string.match(ARGV[3], '^(%d+) ')), asked = 0, cause = '' }
if not outcome.generation then outcome = cjson.decode(ARGV[3]) end
outcome.reporter, outcome.probe = ARGV[4] or '', ARGV[5] or ''

local function judge_probe()
  local now = read_clock()
  end_half_open()
  local all = read_probes()
  local probe = find(all, outcome.probe)
  if not probe then return end
  write_probes(without(all, function(other) return other.id == probe.id end))
  if now >= end_of(probe) or outcome.kind == 'ignored' then return end
  if outcome.kind == 'failure' then return open(now, outcome.cause, outcome.asked) end
  if outcome.slow then return open(now, b.cause, 0) end
  put('successes', b.successes + 1)
  if b.successes >= rules.successes then
    put('closed_at', now)
    enter('closed')
  end
end

if not load() then
  create()
  return view()
end
if outcome.generation == b.gen then
  if b.state == 'closed' then
    judge_call(outcome)
  elseif b.state == 'half-open' then
    judge_probe()
  end
end
save(rules)
return view()
`
