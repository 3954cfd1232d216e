/**
 * Counts how an admitted call ended, as Lua; answers the view. Comes in two parts: most calls succeed where nothing is held
 * against any other, and need no judgement; they are answered as those that a closed breaker admits. ARGV[3] has, of a
 * success, its generation and the size of its window, and ARGV[4] who reports it, where reporters count.
 */
export const recordQuickly = `
local quick = ARGV[3] ~= '' and redis.call('HGET', KEYS[1], 'quick')
if quick then
  local ends, pass, generation, size = string.match(quick, '^(%d+) ((%d+) (%d+))$')
  local last = pass == ARGV[3] and redis.call('LINDEX', KEYS[2], -1)
  local now = last and read_time()
  if last and now >= tonumber(string.match(last, '^%S+')) and now < tonumber(ends) then
    local entry = string.format('%.0f 0', now)
    if ARGV[4] ~= '' then entry = entry .. ' ' .. ARGV[4] end
    local count = redis.call('RPUSH', KEYS[2], entry)
    if count > size + 16 then redis.call('LPOP', KEYS[2], count - size) end
    return 2 * generation + 1
  end
end
`

export const recordOutcome = `
local outcome = cjson.decode(ARGV[5])
outcome.reporter, outcome.probe = ARGV[4], ARGV[6]

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
