import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWait } from './wait-time.ts'

const now = Date.UTC(2026, 10, 22, 8, 0, 0)

describe('parseWait', () => {
  it.each([
    ['0', 0],
    ['12', 12_000],
    ['1.5', 1500],
    ['1.1', 1100],
  ])('reads %s as seconds', (text, ms) => {
    expect(parseWait(text, 'seconds', now)).toBe(ms)
  })

  it.each([
    ['250', 250],
    ['0.4', 1],
    ['600000', 600_000],
  ])('reads %s as milliseconds where the header counts them', (text, ms) => {
    expect(parseWait(text, 'milliseconds', now)).toBe(ms)
  })

  it.each([
    ['9ms', 9],
    ['1s', 1000],
    ['6m30s', 390_000],
    ['1h0m0.5s', 3_600_500],
    ['250us', 1],
    ['3µs', 1],
  ])('reads the Go duration %s', (text, ms) => {
    expect(parseWait(text, 'seconds', now)).toBe(ms)
  })

  it.each([
    'Sun, 22 Nov 2026 08:00:07 GMT',
    'Sunday, 22-Nov-26 08:00:07 GMT',
    'Sun Nov 22 08:00:07 2026',
    '2026-11-22T08:00:07Z',
    '2026-11-22T09:00:07.000+01:00',
    'Sun Nov 22 2026 09:00:07 GMT+0100 (Central European Standard Time)',
    String(now / 1000 + 7),
    String(now + 7000),
  ])('reads the instant %s', (text) => {
    expect(parseWait(text, 'seconds', now)).toBe(7000)
  })

  it('reads a date of one digit in the form of asctime', () => {
    expect(parseWait('Wed Dec  2 08:00:00 2026', 'seconds', now)).toBe(10 * 86_400_000)
  })

  it.each([
    'Sun, 22 Nov 2026 07:59:59 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '2026-11-22T08:00:00Z',
    String(now / 1000 - 1),
  ])('takes %s, which is not ahead, for no hint', (text) => {
    expect(parseWait(text, 'seconds', now)).toBeUndefined()
  })

  it.each([
    '',
    '-1',
    '+5',
    '1e3',
    'NaN',
    'Infinity',
    'soon',
    '5 minutes',
    '1d',
    'foo 1',
    'Foo, 99 Bar 2026 08:00:00 GMT',
    '9'.repeat(30),
    '99999999999999999999',
  ])('takes %s for no hint', (text) => {
    expect(parseWait(text, 'seconds', now)).toBeUndefined()
  })

  it('gives back every HTTP date that is ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000_000_000 }), (seconds) => {
        const text = new Date(now + seconds * 1000).toUTCString()
        expect(parseWait(text, 'seconds', now)).toBe(seconds * 1000)
      }),
    )
  })

  it('gives whole milliseconds that are not negative, or nothing, for any text', () => {
    const parts = fc.constantFrom(
      '1',
      '9',
      '.',
      '-',
      ':',
      ' ',
      'ms',
      's',
      'm',
      'h',
      'T',
      'Z',
      ',',
      'GMT',
      'Nov',
      '2026',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(parts).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(texts, fc.constantFrom('seconds', 'milliseconds'), (text, unit) => {
        const ms = parseWait(text, unit, now) ?? 0
        expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true)
      }),
    )
  })
})
