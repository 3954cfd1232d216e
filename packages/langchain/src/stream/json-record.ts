/** An object of which nothing is known. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Whether a value is an object with members; arrays are none. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects in a list; none where it is no list. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** A text with anything in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Whether a text is a whole JSON object: nothing can rightly follow. */
export function isObjectText(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false
  try {
    return isRecord(JSON.parse(text))
  } catch {
    return false
  }
}
