/** An object of parsed JSON, of which nothing is known. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object; arrays are none. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text that is there; '' for everything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The elements of an array that are objects. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
