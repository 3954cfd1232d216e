import type { CacheEntry } from '../../../ports/cache-store.ts'

/** An entry of the content layer: the same result again, so that one look-up finds it, and whose it is. */
interface ContentValue {
  /** The arguments that it was computed for, as in their own key. */
  readonly exact: string
  readonly value: unknown
}

/** The copy of an entry that is kept under the content of its arguments. */
export function contentEntry(entry: CacheEntry, exact: string): CacheEntry {
  const value: ContentValue = Object.freeze({ exact, value: entry.value })
  return { ...entry, value }
}

/** Reads such a copy; undefined for anything else. */
export function readContent({ value }: CacheEntry): ContentValue | undefined {
  if (typeof value !== 'object' || value === null || !('exact' in value) || !('value' in value)) return undefined
  return typeof value.exact === 'string' ? { exact: value.exact, value: value.value } : undefined
}
