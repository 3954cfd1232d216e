import { Buffer } from 'node:buffer'
import { isLatin1 } from './size-of-json.ts'

/** V8 copies a shorter part of a text, and of this length or more makes a view, which keeps the whole text in memory. */
const shortestView = 13

/** The same text, with none behind it of which it was a part. */
export function ownText(text: string): string {
  if (text.length < shortestView) return text
  const encoding = isLatin1(text) ? 'latin1' : 'utf16le'
  return Buffer.from(text, encoding).toString(encoding)
}

/** A frozen copy of plain JSON, each text of which is its own. */
export function ownJson(value: unknown): unknown {
  const rest: Container[] = []
  const copied = copy(value, rest)
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (Array.isArray(next)) for (let at = 0; at < next.length; at += 1) next[at] = copy(next[at], rest)
    else for (const name of Object.keys(next)) next[name] = copy(next[name], rest)
    Object.freeze(next)
  }
  return copied
}

type Container = unknown[] | Record<string, unknown>

/** A copy whose members are still to be copied. Members are copied as what they are, `__proto__` too. */
function copy(value: unknown, rest: Container[]): unknown {
  if (typeof value === 'string') return ownText(value)
  if (typeof value !== 'object' || value === null) return value
  const container: Container = Array.isArray(value) ? [...value] : { ...value }
  rest.push(container)
  return container
}
