/** Whether an error that comes late only gives back the reason with which the work was told to end. */
export function isEchoOf(reason: unknown, outcome: 'ok' | 'error', value: unknown): boolean {
  if (outcome === 'ok') return false
  if (value === reason) return true
  if (typeof value !== 'object' || value === null) return false
  const { name, cause } = value as { readonly name?: unknown; readonly cause?: unknown }
  return name === 'AbortError' || (cause !== undefined && cause === reason)
}

/** Disposes of a result that nobody will get. Never throws. */
export function disposeLate(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  try {
    const { [Symbol.asyncDispose]: disposeAsync, [Symbol.dispose]: dispose } = value as Partial<AsyncDisposable & Disposable>
    if (typeof disposeAsync === 'function') Promise.resolve(disposeAsync.call(value)).catch(() => undefined)
    else if (typeof dispose === 'function') dispose.call(value)
  } catch {
    // nobody is left to be told
  }
}
