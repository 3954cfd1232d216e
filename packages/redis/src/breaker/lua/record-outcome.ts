/** Counts how an admitted call ended, as Lua; answers the view. */
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
  if outcome.slow and rules.slowCallMs ~= nil then return open(now, b.cause, 0) end
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
