import { isRecord, type JsonRecord } from '../turn/json-record.ts'

/** What a reference within a schema points to, as `#/$defs/name`; undefined where there is nothing of the kind. */
export function resolveRef(root: JsonRecord, ref: unknown): JsonRecord | undefined {
  if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return undefined
  let found: unknown = root
  for (const part of ref.split('/').slice(1)) {
    const key = decodeKey(part)
    if (!isContainer(found) || !Object.hasOwn(found, key)) return undefined
    found = found[key as never]
  }
  return isRecord(found) ? found : undefined
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function decodeKey(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return part // a per cent sign that escapes nothing
  }
}
