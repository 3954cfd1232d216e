import { readProperty } from '../safe-read.ts'

const relevant = /retry|limit|quota/
const most = 500
const longestValue = 200
/** What a headers object that can be asked but not listed is asked for. */
const askable = ['retry-after-ms', 'retry-after', 'x-should-retry', 'x-ratelimit-reset', 'x-ratelimit-remaining']

/**
 * The headers about waiting and retrying, by lower-case name: of a Headers, a Map, pairs, or a plain object in any
 * case, whose values may be strings, numbers or arrays of them. What cannot be read is left out; never throws.
 */
export function readHeaders(headers: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (typeof headers !== 'object' || headers === null) return found
  try {
    let seen = 0
    for (const entry of entriesOf(headers)) {
      seen += 1
      if (seen > most) break
      add(found, entry)
    }
  } catch {
    // What was read before a hostile object threw still counts.
  }
  return found
}

function entriesOf(headers: object): Iterable<unknown> {
  if (Symbol.iterator in headers) return headers as Iterable<unknown>
  const get = readProperty(headers, 'get')
  if (typeof get === 'function') return askable.map((name) => [name, get.call(headers, name)])
  return Object.keys(headers).map((name) => [name, readProperty(headers, name)])
}

function add(found: Map<string, string>, entry: unknown): void {
  if (!Array.isArray(entry)) return
  const name: unknown = entry[0]
  if (typeof name !== 'string' || name.length > longestValue) return
  const key = name.toLowerCase()
  if (!relevant.test(key) || found.has(key)) return
  const given: unknown = entry[1]
  const value: unknown = Array.isArray(given) ? given[0] : given
  if (typeof value !== 'string' && typeof value !== 'number') return
  const text = String(value).trim()
  if (text !== '' && text.length <= longestValue) found.set(key, text)
}
