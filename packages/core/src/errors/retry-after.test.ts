import { describe, expect, it } from 'vitest'
import { readRetryAfterMs, readShouldRetry } from './retry-after.ts'

const now = Date.UTC(2026, 10, 22, 8, 0, 0)
const epoch = now / 1000
const read = (headers: Record<string, string>, limited?: boolean): number | undefined =>
  readRetryAfterMs(headers, now, limited)

describe('readRetryAfterMs', () => {
  it('prefers retry-after-ms to retry-after', () => {
    expect(read({ 'retry-after': '2', 'retry-after-ms': '1500' })).toBe(1500)
  })

  it('takes retry-after where retry-after-ms is nonsense or zero', () => {
    expect(read({ 'retry-after': '2', 'retry-after-ms': 'soon' })).toBe(2000)
    expect(read({ 'retry-after': '2', 'retry-after-ms': '-1' })).toBe(2000)
    expect(read({ 'retry-after': '2', 'retry-after-ms': '0' })).toBe(2000)
  })

  it('takes an explicit zero for a wait of nothing', () => {
    expect(read({ 'retry-after': '0' })).toBe(0)
    expect(read({ 'retry-after-ms': '0' })).toBe(0)
  })

  it('prefers retry-after to the resets of limits', () => {
    expect(read({ 'retry-after': '2', 'x-ratelimit-reset': '30', 'x-ratelimit-remaining': '0' })).toBe(2000)
  })

  it.each([
    [{ 'x-ratelimit-reset': '3' }, 3000],
    [{ 'x-ratelimit-reset': String(epoch + 9) }, 9000],
    [{ 'x-rate-limit-reset': '600000' }, 600_000],
    [{ 'x-rate-limit-reset': String(epoch + 9) }, 9000],
    [{ 'x-ratelimit-reset-requests': '6m30s' }, 390_000],
    [{ 'x-ratelimit-reset-after': '1.2' }, 1200],
    [{ 'anthropic-ratelimit-tokens-reset': '2026-11-22T08:00:05Z' }, 5000],
    [{ 'anthropic-ratelimit-unified-reset': String(epoch + 5) }, 5000],
    [{ 'ratelimit-reset': '50' }, 50_000],
    [{ 'ratelimit-resettime': 'Sun, 22 Nov 2026 08:00:04 GMT' }, 4000],
    [{ ratelimit: '"api";r=0;t=295' }, 295_000],
    [{ ratelimit: 'limit=10, remaining=0, reset=50' }, 50_000],
    [{ 'x-ratelimit-retry-after': String(epoch + 2) }, 2000],
    [{ 'x-mws-quota-resetson': 'Sun, 22 Nov 2026 08:00:04 GMT' }, 4000],
  ])('reads %o', (headers, ms) => {
    expect(read(headers as Record<string, string>)).toBe(ms)
  })

  it('waits for the limit with nothing left, not for one with something left', () => {
    const requests = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '12s' }
    const tokens = { 'x-ratelimit-remaining-tokens': '900', 'x-ratelimit-reset-tokens': '6m0s' }
    expect(read({ ...requests, ...tokens })).toBe(12_000)
    expect(read(tokens)).toBeUndefined()
  })

  it('waits for the last of several limits with nothing left', () => {
    const requests = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '12s' }
    const tokens = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '40s' }
    expect(read({ ...requests, ...tokens })).toBe(40_000)
    expect(read({ ratelimit: '"a";r=0;t=5, "b";r=0;t=9, "c";r=3;t=99' })).toBe(9000)
  })

  it('waits for the first of several limits that do not say what is left', () => {
    expect(read({ 'x-ratelimit-reset-requests': '12ms', 'x-ratelimit-reset-tokens': '6m0s' })).toBe(12)
  })

  it('takes a reset without a count for no hint when the answer was no refusal for lack of quota', () => {
    expect(read({ 'x-ratelimit-reset': '30' }, false)).toBeUndefined()
    expect(read({ 'x-ratelimit-reset': '30', 'x-ratelimit-remaining': '0' }, false)).toBe(30_000)
  })

  it('takes past instants, nonsense and missing headers for no hint', () => {
    expect(read({ 'retry-after': 'Sun, 22 Nov 2026 07:00:00 GMT' })).toBeUndefined()
    expect(read({ 'x-ratelimit-reset': String(epoch - 5) })).toBeUndefined()
    expect(read({ 'x-ratelimit-limit': '100, 100;window=60' })).toBeUndefined()
    expect(readRetryAfterMs(undefined, now)).toBeUndefined()
  })
})

describe('readShouldRetry', () => {
  it('reads true and false and nothing else', () => {
    expect(readShouldRetry({ 'X-Should-Retry': 'true' })).toBe(true)
    expect(readShouldRetry(new Headers({ 'x-should-retry': 'False' }))).toBe(false)
    expect(readShouldRetry({ 'x-should-retry': 'maybe' })).toBeUndefined()
    expect(readShouldRetry({})).toBeUndefined()
  })
})
