/**
 * Lets a call run or tells when to come back, as Lua; answers the view, then 1 or 0, the probe's name, and the wait in
 * milliseconds or -1. Comes in two parts: most calls meet a closed breaker, need one look at one field, and are answered
 * with what it says.
 */
export const admitQuickly = `
local go = redis.call('HGET', KEYS[1], 'go')
if go and go ~= '' then return tonumber(go) end
local known = redis.call('HMGET', KEYS[1], 'state', 'gen')
if known[1] == 'disabled' then return { known[1], tonumber(known[2]), 0, '', 1, 1, '', -1 } end
if known[1] == 'isolated' then return { known[1], tonumber(known[2]), 0, '', 1, 0, '', -1 } end
`

export const admitGuarded = `
local function answer(admitted, probe, waitMs)
  save(rules)
  local reply = view()
  reply[6], reply[7], reply[8] = admitted, probe, math.ceil(waitMs)
  return reply
end

if not load() then
  create()
  return answer(1, '', -1)
end
local now = read_clock()
end_half_open()
if b.state == 'open' and now >= b.open_until then half_open() end
if b.state == 'open' then
  if rules.observe then return answer(1, '', -1) end
  return answer(0, '', b.open_until - now)
end
local all = without(read_probes(), function(probe) return now >= end_of(probe) end)
if #all >= rules.permits then
  if rules.observe then return answer(1, '', -1) end
  -- Most probes end long before their timeout: nobody is sent away for longer than a breaker first opens.
  local waitMs = rules.openForMs
  for _, probe in ipairs(all) do waitMs = math.min(waitMs, end_of(probe) - now) end
  return answer(0, '', waitMs)
end
put('given', b.given + 1)
local id = string.format('%.0f-%.0f-', b.gen, b.given) .. about.owner
all[#all + 1] = { id = id, ends = now + rules.probeTimeoutMs, lent = now + about.probeLeaseMs }
write_probes(all)
return answer(1, id, -1)
`
