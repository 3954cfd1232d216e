/**
 * The permits of probes, as Lua: each is lent for a while, and kept by its owner's renewing, so that a process that is
 * gone loses it long before the probe's own time is over.
 */
export const probes = `
local function read_probes()
  if b.probes == '' then return {} end
  return cmsgpack.unpack(b.probes)
end

local function write_probes(all)
  put('probes', #all == 0 and '' or cmsgpack.pack(all))
end

local function end_of(probe)
  return math.min(probe.ends, probe.lent)
end

local function without(all, isOut)
  local rest = {}
  for _, probe in ipairs(all) do
    if not isOut(probe) then rest[#rest + 1] = probe end
  end
  return rest
end

local function find(all, id)
  for _, probe in ipairs(all) do
    if probe.id == id then return probe end
  end
end
`
