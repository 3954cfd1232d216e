import type { CacheEntry } from '../../../ports/cache-store.ts'

/** An invalidation: of tags, or of everything, in one partition, or in all. */
export interface Invalidation {
  readonly partition: string | undefined
  readonly tags: readonly string[] | undefined
}

/** More are remembered as one, of everything. */
const mostLost = 1_000

/**
 * Invalidations that the store could not be told of. Until it is, what they were to remove is there but must not be
 * given: a failing store may cost time, never an old answer after a write.
 */
export class LostInvalidations {
  #lost: readonly Invalidation[] = []

  get isEmpty(): boolean {
    return this.#lost.length === 0
  }

  get all(): readonly Invalidation[] {
    return this.#lost
  }

  add(invalidation: Invalidation): void {
    const isMore = this.#lost.length >= mostLost
    this.#lost = isMore ? [{ partition: undefined, tags: undefined }] : [...this.#lost, invalidation]
  }

  /** The store knows of it by now. */
  remove(invalidation: Invalidation): void {
    this.#lost = this.#lost.filter((lost) => lost !== invalidation)
  }

  /** Whether an entry should not be there, or should not have been when `before` was all that was lost. */
  concerns(partition: string, entry: CacheEntry, before: readonly Invalidation[] = []): boolean {
    const concern = ({ partition: where, tags }: Invalidation): boolean => {
      if (where !== undefined && where !== partition) return false
      return tags === undefined || (entry.tags?.some((tag) => tags.includes(tag)) ?? false)
    }
    return this.#lost.some(concern) || before.some(concern)
  }
}
