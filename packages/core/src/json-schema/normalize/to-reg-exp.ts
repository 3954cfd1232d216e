/** Compiles a `pattern`: as Unicode where it is one, else as it was before; undefined where it is none at all. */
export function toRegExp(pattern: unknown): RegExp | undefined {
  if (typeof pattern !== 'string') return undefined
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags)
    } catch {
      // Not in this dialect.
    }
  }
  return undefined
}
