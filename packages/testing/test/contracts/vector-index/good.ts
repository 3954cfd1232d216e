import type { VectorIndex, VectorMatch } from '@headrace/core'

interface Kept {
  readonly vector: Float32Array
  readonly expiresAt: number
}

/** What a good index answers at once. */
export interface ScanIndex extends VectorIndex {
  search(...of: Parameters<VectorIndex['search']>): readonly VectorMatch[]
  add(...of: Parameters<VectorIndex['add']>): void
  remove(...of: Parameters<VectorIndex['remove']>): void
}

/** An index that looks at every vector. */
export function scanIndex(): ScanIndex {
  const buckets = new Map<string, Map<string, Kept>>()
  const open = (name: string): Map<string, Kept> => {
    const bucket = buckets.get(name) ?? new Map<string, Kept>()
    buckets.set(name, bucket)
    return bucket
  }
  return {
    supports: { approximate: false, persistent: false },
    search(name, vector, { now, limit, floor }) {
      const matches: VectorMatch[] = []
      for (const [id, kept] of open(name)) {
        const similarity = similarityOf(vector, kept.vector)
        if (now < kept.expiresAt && similarity >= floor) matches.push({ id, similarity })
      }
      return matches.toSorted((a, b) => b.similarity - a.similarity).slice(0, limit)
    },
    add: (name, id, vector, expiresAt) => void open(name).set(id, { vector: vector.slice(), expiresAt }),
    remove(name, ids) {
      for (const id of ids) open(name).delete(id)
    },
  }
}

/** -1 where one of them has no length. */
function similarityOf(one: Float32Array, other: Float32Array): number {
  const product = one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)
  const cosine = product / (Math.hypot(...one) * Math.hypot(...other))
  return Number.isNaN(cosine) ? -1 : Math.min(1, Math.max(0, cosine))
}

/** The same, opened again. */
export function persistentIndex(): { readonly store: VectorIndex; reopen(): VectorIndex } {
  const good = scanIndex()
  const store = { ...good, supports: { approximate: false, persistent: true } }
  return { store, reopen: () => ({ ...store }) }
}

/** Such an index with some of its methods replaced. */
export function broken(change: (good: ScanIndex) => Partial<VectorIndex>): () => VectorIndex {
  return () => {
    const good = scanIndex()
    return { ...good, ...change(good) }
  }
}
