/** What a bare number in a header counts; numbers too large for a wait are instants of the epoch either way. */
export type WaitUnit = 'seconds' | 'milliseconds'

const number = /^\d{1,20}(?:\.\d{1,20})?$/
const duration = /^(?:\d{1,12}(?:\.\d{1,12})?(?:ns|us|µs|μs|ms|s|m|h))+$/
const durationPart = /([\d.]+)([a-zµμ]+)/g
const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

const rfc3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i
const imfFixdate = /^[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC)$/
const rfc850 = /^[A-Za-z]{6,9}, (\d\d)-([A-Za-z]{3})-(\d\d) (\d\d:\d\d:\d\d) GMT$/
const asctime = /^[A-Za-z]{3} [A-Za-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/
const dateToString = /^([A-Za-z]{3} [A-Za-z]{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4})(?: \([^)]*\))?$/

/** Seconds below this are a wait (31 years), above it an instant of the epoch. */
const epochSeconds = 1e9
const epochMilliseconds = 1e12

/**
 * Milliseconds to wait by the text of one header: a number, a Go duration (`6m30s`), an HTTP date in the three forms
 * of RFC 9110, an RFC 3339 instant, or what JavaScript's `Date` prints. Nonsense and instants not after `now` give
 * undefined.
 */
export function parseWait(text: string, unit: WaitUnit, now: number): number | undefined {
  if (number.test(text)) return fromNumber(Number(text), unit, now)
  if (duration.test(text)) return whole(sumOfParts(text))
  return until(parseInstant(text, now), now)
}

function fromNumber(value: number, unit: WaitUnit, now: number): number | undefined {
  if (value >= epochMilliseconds) return until(value, now)
  if (value >= epochSeconds) return until(value * 1000, now)
  return whole(unit === 'seconds' ? value * 1000 : value)
}

function sumOfParts(text: string): number {
  let sum = 0
  for (const [, amount, unit] of text.matchAll(durationPart)) sum += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN)
  return sum
}

function parseInstant(text: string, now: number): number {
  if (imfFixdate.test(text) || rfc3339.test(text)) return Date.parse(text)
  // Without a zone JavaScript would read local time.
  if (asctime.test(text)) return Date.parse(`${text} GMT`)
  const printed = dateToString.exec(text)?.[1]
  if (printed !== undefined) return Date.parse(printed)
  const [, day, month, year, time] = rfc850.exec(text) ?? []
  return year === undefined ? Number.NaN : Date.parse(`${day} ${month} ${fullYear(Number(year), now)} ${time} GMT`)
}

/** RFC 9110, 5.6.7: two digits that look more than 50 years ahead are the past century's. */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + twoDigits
  return year > thisYear + 50 ? year - 100 : year
}

function until(instant: number, now: number): number | undefined {
  return instant > now ? whole(instant - now) : undefined
}

function whole(ms: number): number | undefined {
  // 1.1 * 1000 is a hair above 1100: not a reason to wait a millisecond more.
  const rounded = Math.max(0, Math.ceil(ms - 1e-6))
  return Number.isSafeInteger(rounded) ? rounded : undefined
}
