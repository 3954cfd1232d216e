/** Counts who wants a breaker isolated: it stays so until the last of them lets go. */
export interface IsolationHandles {
  /** Isolates the key until the handle is disposed. Disposing twice counts once. */
  isolate(key: string): Disposable
  /** Makes every handle of the key void. */
  reset(key: string): void
}

/**
 * Makes the count. `change` is told of every handle that is taken, since the key may have been set to another state in
 * between, and of the last one that is given back.
 */
export function createIsolationHandles(change: (key: string, state: 'isolated' | 'closed') => void): IsolationHandles {
  const held = new Map<string, Set<symbol>>()
  return {
    isolate(key) {
      const handles = held.get(key) ?? new Set()
      const handle = Symbol(key)
      held.set(key, handles.add(handle))
      change(key, 'isolated')
      return {
        [Symbol.dispose]() {
          if (!handles.delete(handle) || handles.size > 0 || held.get(key) !== handles) return
          held.delete(key)
          change(key, 'closed')
        },
      }
    },
    reset: (key) => void held.delete(key),
  }
}
