import { readRetryAfterMs, readShouldRetry } from '../retry-after.ts'
import { readProperty } from '../safe-read.ts'
import { parseWait } from './wait-time.ts'

/** What the links of a cause chain tell about the answer of a server, or about why there is none. */
export interface Answer {
  readonly status: number | undefined
  /** A known network code of any link, else the first code. */
  readonly code: string | undefined
  /** The network code came from the attempt to connect. */
  readonly connecting: boolean
  readonly retryAfterMs: number | undefined
  readonly shouldRetry: boolean | undefined
}

const longestCode = 100

/** Reads status, code and headers of each link, the outermost that has one first. */
export function readAnswer(chain: readonly unknown[], isNetworkCode: (code: string) => boolean, now: number): Answer {
  const status = first(chain, readStatus)
  const networkLink = chain.find((link) => isNetworkCode(readCode(link) ?? ''))
  const limited = status === undefined || status === 429 || status === 503
  return {
    status,
    code: readCode(networkLink) ?? first(chain, readCode),
    connecting: readProperty(networkLink, 'syscall') === 'connect',
    retryAfterMs: first(chain, (link) => readWait(link, now, limited)),
    shouldRetry: first(chain, (link) => firstOfHeaders(link, readShouldRetry)),
  }
}

function first<T>(links: readonly unknown[], read: (link: unknown) => T | undefined): T | undefined {
  for (const link of links) {
    const value = read(link)
    if (value !== undefined) return value
  }
  return undefined
}

function readStatus(link: unknown): number | undefined {
  return first(
    [link, readProperty(link, 'response')],
    (place) => toStatus(readProperty(place, 'status')) ?? toStatus(readProperty(place, 'statusCode')),
  )
}

function toStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined
}

function readCode(link: unknown): string | undefined {
  const code = readProperty(link, 'code')
  if (typeof code === 'number' && Number.isSafeInteger(code)) return String(code)
  return typeof code === 'string' && code !== '' && code.length <= longestCode ? code : undefined
}

function readWait(link: unknown, now: number, limited: boolean): number | undefined {
  const ofHeaders = firstOfHeaders(link, (headers) => readRetryAfterMs(headers, now, limited))
  if (ofHeaders !== undefined) return ofHeaders
  const value = readProperty(link, 'retryAfter')
  return typeof value === 'number' || typeof value === 'string'
    ? parseWait(String(value).trim(), 'seconds', now)
    : undefined
}

function firstOfHeaders<T>(link: unknown, read: (headers: unknown) => T | undefined): T | undefined {
  return first([readProperty(link, 'headers'), readProperty(readProperty(link, 'response'), 'headers')], read)
}
