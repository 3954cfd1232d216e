/** Keeps a probe's permit, as Lua: 1 while it is held. ARGV[1] names the probe, ARGV[2] is how long it is lent. */
export const renewProbe = `
if not load() then return 0 end
local now = read_clock()
local all = read_probes()
local probe = find(all, ARGV[1])
local isHeld = b.state == 'half-open' and now < b.half_until and probe and now < end_of(probe)
if isHeld then
  probe.lent = now + tonumber(ARGV[2])
  write_probes(all)
end
save()
return isHeld and 1 or 0
`

/** Sets the state by hand, ARGV[2], as Lua; answers the view. A breaker without a past needs no entry to be closed. */
export const setByHand = `
local state = ARGV[2]
local isKnown = load()
if not isKnown then
  create()
  b.judged = 1
  if state == 'closed' then return view() end
end
if state ~= 'closed' and b.state == state then return view() end
put('closed_at', read_clock())
put('judged', 1)
put('growth', 0)
put('open_ms', 0)
enter(state)
save()
return view()
`

/** Looks, and changes nothing, as Lua; answers the view, or nothing where nothing is known. */
export const readView = `
if not load() then return {} end
return view()
`
