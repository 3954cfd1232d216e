import type { Row } from '../row.ts'

/** A figure with its unit, in as many digits as it is worth. */
export function formatValue(unit: Row['unit'], value: number): string {
  if (unit === 'bytes') return `${Math.round(value).toLocaleString('en')} B`
  if (unit === 'times') return `${digits(value, 3)}×`
  return `${digits(value / 1_000, 2)} µs`
}

/** `a` as a multiple of `b`; empty where that says nothing. */
export function formatRatio(a: number, b: number): string {
  return b > 0 && Number.isFinite(a / b) ? `${digits(a / b, 2)}×` : ''
}

function digits(value: number, precision: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return Number(value.toPrecision(precision)).toString()
}
