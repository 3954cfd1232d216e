import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { CacheRules } from '../cache-policy.ts'

/** What a stored entry is good for. */
export type Freshness =
  /** An answer. */
  | 'fresh'
  /** An answer, while it is renewed. */
  | 'renew'
  /** An answer in place of a failure. */
  | 'spare'
  | 'expired'

type StaleRules = Pick<CacheRules, 'revalidateMs' | 'spareMs'>

/** What an entry is good for at a moment, milliseconds since the epoch. Every end is exclusive. */
export function judgeEntry(entry: CacheEntry, { revalidateMs, spareMs }: StaleRules, now: number): Freshness {
  const { expiresAt, staleUntil = expiresAt } = entry
  if (now < expiresAt) return 'fresh'
  if (now >= staleUntil) return 'expired'
  if (now < expiresAt + revalidateMs) return 'renew'
  return now < expiresAt + spareMs ? 'spare' : 'expired'
}

/** Whether a stale entry may stand in for a failure now. */
export function mayStandIn(entry: CacheEntry, { spareMs }: StaleRules, now: number): boolean {
  const { expiresAt, staleUntil = expiresAt } = entry
  return now < expiresAt || now < Math.min(staleUntil, expiresAt + spareMs)
}

/** The times of an entry that is written now. */
export function lifeOf(
  { ttlMs, revalidateMs, spareMs }: StaleRules & Pick<CacheRules, 'ttlMs'>,
  now: number,
): Pick<CacheEntry, 'storedAt' | 'expiresAt' | 'staleUntil'> {
  const expiresAt = now + ttlMs
  const staleMs = Math.max(revalidateMs, spareMs)
  return staleMs === 0 ? { storedAt: now, expiresAt } : { storedAt: now, expiresAt, staleUntil: expiresAt + staleMs }
}
