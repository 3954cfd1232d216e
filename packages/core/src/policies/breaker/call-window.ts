/** The calls that rates are computed over: a ring of the last few, oldest first. Mutable. */
export interface CallWindow {
  readonly size: number
  readonly times: Float64Array
  readonly marks: Uint8Array
  /** Who reported each call; kept only where reporters are counted. */
  reporters: string[] | undefined
  /** Where the next call is written. */
  next: number
  calls: number
  failures: number
  slow: number
}

/** What is remembered of a call: the bits may be set together. */
export const mark = { none: 0, failed: 1, slow: 2 } as const

/** Makes an empty window over the last `size` calls. */
export function createCallWindow(size: number): CallWindow {
  const times = new Float64Array(size)
  return { size, times, marks: new Uint8Array(size), reporters: undefined, next: 0, calls: 0, failures: 0, slow: 0 }
}

/** Adds a call at `now`, which is not before the time of the call added last; a full window loses its oldest. */
export function addCall(window: CallWindow, marks: number, now: number): void {
  const at = window.next
  if (window.calls < window.size) window.calls += 1
  else if (window.marks[at] !== mark.none) count(window, window.marks[at] ?? 0, -1)
  window.times[at] = now
  window.marks[at] = marks
  if (window.reporters) window.reporters[at] = '' // of the call that stood here before
  window.next = at + 1 === window.size ? 0 : at + 1
  if (marks !== mark.none) count(window, marks, 1)
}

/** Notes who reported the call that was added last. */
export function addReporter(window: CallWindow, reporter: string): void {
  window.reporters ??= Array.from({ length: window.size }, () => '')
  window.reporters[(window.next === 0 ? window.size : window.next) - 1] = reporter
}

/** Forgets every call from before `oldest`. */
export function dropOlder(window: CallWindow, oldest: number): void {
  while (window.calls > 0) {
    const index = oldestIndex(window)
    if ((window.times[index] ?? oldest) >= oldest) return
    window.calls -= 1
    count(window, window.marks[index] ?? 0, -1)
  }
}

/** How many reporters have a call with the mark in the window. */
export function countReporters(window: CallWindow, wanted: number): number {
  const seen = new Set<string>()
  for (let index = oldestIndex(window), left = window.calls; left > 0; left -= 1) {
    const reporter = window.reporters?.[index]
    if (reporter && ((window.marks[index] ?? 0) & wanted) !== 0) seen.add(reporter)
    index = index + 1 === window.size ? 0 : index + 1
  }
  return seen.size
}

/** A window of another size with the newest calls of this one. */
export function resizeWindow(window: CallWindow, size: number): CallWindow {
  const resized = createCallWindow(size)
  for (let index = oldestIndex(window), left = window.calls; left > 0; left -= 1) {
    addCall(resized, window.marks[index] ?? 0, window.times[index] ?? 0)
    if (window.reporters) addReporter(resized, window.reporters[index] ?? '')
    index = index + 1 === window.size ? 0 : index + 1
  }
  return resized
}

/** The share of `some` among the window's calls; unknown while there are fewer than `minimumCalls`. */
export function rateOf(some: number, window: CallWindow, minimumCalls: number): number | undefined {
  return window.calls < minimumCalls ? undefined : some / window.calls
}

function oldestIndex(window: CallWindow): number {
  const index = window.next - window.calls
  return index < 0 ? index + window.size : index
}

function count(window: CallWindow, marks: number, step: 1 | -1): void {
  if ((marks & mark.failed) !== 0) window.failures += step
  if ((marks & mark.slow) !== 0) window.slow += step
}
