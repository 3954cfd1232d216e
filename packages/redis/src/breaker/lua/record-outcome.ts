/**
 * Counts how an admitted call ended, as Lua; answers the view. Comes in two parts: most calls succeed where nothing is
 * held against any other, and need no judgement; they are answered as those that a closed breaker admits. ARGV[12] is the size of the window, ARGV[13] how many reporters count.
 */
export const recordQuickly = `
if ARGV[7] == 'success' and ARGV[8] == '0' then
  local known = redis.call('HMGET', KEYS[1], 'state', 'gen', 'failed', 'slow', 'row', 'now', 'shift', 'kept', 'size')
  local kept, latest = tonumber(known[8] or nil), tonumber(known[6] or nil)
  local isClean = (known[3] or '0') == '0' and (known[4] or '0') == '0' and (known[5] or '0') == '0'
  local isSameSize = tonumber(known[9] or nil) == tonumber(ARGV[12])
  if known[1] == 'closed' and isSameSize and tonumber(known[2]) == tonumber(ARGV[5]) and isClean and kept and latest then
    local now = read_time() + tonumber(known[7] or 0)
    if now >= latest and now < kept + keep_again_ms then
      local entry = string.format('%.17g', now) .. ' 0'
      if tonumber(ARGV[13]) > 1 then entry = entry .. ' ' .. ARGV[10] end
      local count, size = redis.call('RPUSH', KEYS[2], entry), tonumber(ARGV[12])
      if count > size + 16 then redis.call('LPOP', KEYS[2], count - size) end
      if count == 1 then redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1])) end
      if now > latest then redis.call('HSET', KEYS[1], 'now', string.format('%.17g', now)) end
      return 2 * tonumber(known[2]) + 1
    end
  end
end
`

export const recordOutcome = `
local outcome = {
  generation = tonumber(ARGV[5]), probe = ARGV[6], kind = ARGV[7], slow = ARGV[8] == '1',
  asked = tonumber(ARGV[9]), reporter = ARGV[10], cause = ARGV[11]
}

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
