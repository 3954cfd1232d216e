/** Who wants to know when a signal is aborted. */
export interface SignalTarget {
  cancel(reason: unknown): void
}

/** A place in the list of one signal. */
export interface SignalLink {
  readonly watch: SignalWatch
  /** Undefined once it has left. */
  target: SignalTarget | undefined
  before: SignalLink | undefined
  after: SignalLink | undefined
}

interface SignalWatch {
  readonly signal: AbortSignal
  readonly listener: () => void
  first: SignalLink | undefined
  last: SignalLink | undefined
}

/**
 * Listens to each foreign signal once, however many calls hang on it: a listener per call costs O(n) to add and to
 * remove. The listener goes with the last of them.
 */
export class SignalHub {
  readonly #watches = new WeakMap<AbortSignal, SignalWatch>()

  /** Calls `target.cancel` with the signal's own reason when it is aborted, which it must not be yet; O(1). */
  join(signal: AbortSignal, target: SignalTarget): SignalLink {
    const watch = this.#watches.get(signal) ?? this.#watch(signal)
    if (watch.first === undefined) signal.addEventListener('abort', watch.listener, { once: true })
    const link: SignalLink = { target, watch, before: watch.last, after: undefined }
    if (watch.last === undefined) watch.first = link
    else watch.last.after = link
    watch.last = link
    return link
  }

  /** Ends what `join` began; a link that has left is ignored. */
  leave(link: SignalLink): void {
    const { watch, before, after } = link
    if (link.target === undefined) return
    link.target = undefined
    if (before === undefined) watch.first = after
    else before.after = after
    if (after === undefined) watch.last = before
    else after.before = before
    link.before = link.after = undefined
    if (watch.first === undefined) watch.signal.removeEventListener('abort', watch.listener)
  }

  #watch(signal: AbortSignal): SignalWatch {
    const watch: SignalWatch = {
      signal,
      listener: () => abortAll(watch),
      first: undefined,
      last: undefined,
    }
    this.#watches.set(signal, watch)
    return watch
  }
}

/** In the order of joining. What one target does may let others leave: they are told nothing. */
function abortAll(watch: SignalWatch): void {
  const links: SignalLink[] = []
  for (let link = watch.first; link !== undefined; link = link.after) links.push(link)
  for (const { target } of links) target?.cancel(watch.signal.reason)
}
