/**
 * Counts the end of a closed breaker's call, as Lua. An entry of the list is the time, for a call that failed or was slow
 * followed by a mark (1 failed, 2 slow, 3 both) and, where reporters are counted, by who reports it.
 */
export const judgeCall = `
local function split(entry)
  local at, mark, reporter = string.match(entry, '^(%S+) ?(%d?) ?(.*)$')
  return tonumber(at), tonumber(mark) or 0, reporter
end

local function uncount(mark)
  if mark % 2 == 1 then put('failed', b.failed - 1) end
  if mark >= 2 then put('slow', b.slow - 1) end
end

-- Counted calls that are too many for the window go, the oldest first.
local function trim(count, size)
  if count <= size then return count end
  for _, old in ipairs(redis.call('LPOP', KEYS[2], count - size)) do
    local _, oldMark = split(old)
    uncount(oldMark)
  end
  return size
end

-- How many calls stay, the new one counted. Processes may have windows of different sizes: what the last one let go is
-- gone for all.
local function room()
  local last = b.size
  if last == rules.windowCalls then return last end
  put('size', rules.windowCalls)
  return last > 0 and math.min(last + 1, rules.windowCalls) or rules.windowCalls
end

local function add_call(mark, reporter)
  local entry = string.format('%.17g', b.now)
  if mark > 0 then entry = entry .. ' ' .. mark end
  if mark > 0 and rules.minReporters > 1 then entry = entry .. ' ' .. reporter end
  local count = redis.call('RPUSH', KEYS[2], entry)
  newest = b.now
  if mark % 2 == 1 then put('failed', b.failed + 1) end
  if mark >= 2 then put('slow', b.slow + 1) end
  return trim(count, room())
end

local function drop_older(count, oldest)
  while count > 0 do
    local at, mark = split(redis.call('LINDEX', KEYS[2], 0))
    if at >= oldest then break end
    redis.call('LPOP', KEYS[2])
    uncount(mark)
    count = count - 1
  end
  return count
end

local function count_row(reporter)
  put('row', b.row + 1)
  if rules.minReporters <= 1 then return 0 end
  local seen = b.row_by == '' and {} or cmsgpack.unpack(b.row_by)
  for _, one in ipairs(seen) do
    if one == reporter then return #seen end
  end
  -- As many as are asked for are enough to know; some more, for processes whose rules ask for more.
  if #seen < math.max(rules.minReporters, 16) then
    seen[#seen + 1] = reporter
    put('row_by', cmsgpack.pack(seen))
  end
  return #seen
end

local function is_confirmed(bit)
  if rules.minReporters <= 1 then return true end
  local seen, count = {}, 0
  for _, entry in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    local _, mark, reporter = split(entry)
    local isMarked = bit == 1 and mark % 2 == 1 or bit == 2 and mark >= 2
    if isMarked and reporter ~= '' and not seen[reporter] then
      seen[reporter] = true
      count = count + 1
      if count >= rules.minReporters then return true end
    end
  end
  return false
end

local function judge_call(outcome)
  if outcome.kind == 'ignored' then return end
  read_clock()
  put('judged', 1)
  local isFailure = outcome.kind == 'failure'
  local isSlow = outcome.slow
  local count = add_call((isFailure and 1 or 0) + (isSlow and 2 or 0), outcome.reporter)
  local reporters = 0
  if isFailure then
    reporters = count_row(outcome.reporter)
    put('last', outcome.cause)
  elseif b.row > 0 then
    put('row', 0)
    put('row_by', '')
  end
  -- Old calls need no look while there is nothing to hold against any.
  if b.failed == 0 and b.slow == 0 then return end
  count = drop_older(count, b.now - rules.windowMaxAgeMs)
  local isRow = isFailure and b.row >= rules.consecutiveFailures
  if isRow and rules.minReporters > 1 then isRow = reporters >= rules.minReporters end
  local hasRate = count >= rules.minimumCalls
  if isRow or hasRate and b.failed / count >= rules.failureRate and is_confirmed(1) then
    return open(b.now, b.last, outcome.asked)
  end
  if rules.slowCallMs == nil or not hasRate then return end
  if b.slow / count >= rules.slowCallRate and is_confirmed(2) then open(b.now, outcome.cause, outcome.asked) end
end
`
