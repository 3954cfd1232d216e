import { Subject } from 'rxjs'

/** Tells listeners what happens. */
export interface Telling<T> {
  tell(news: T): void
  /** Gives the function that ends it. */
  watch(listener: (news: T) => void): () => void
}

/**
 * Makes a telling. Everybody is told in the order in which things happened, also what listeners themselves bring about:
 * that follows when all know what was told before, without recursion. What a listener throws is reported by RxJS and
 * reaches neither whoever tells nor another listener.
 */
export function createTelling<T>(): Telling<T> {
  const changes = new Subject<T>()
  const waiting: T[] = []
  return {
    tell(news) {
      if (!changes.observed) return
      waiting.push(news)
      if (waiting.length > 1) return
      for (const told of waiting) changes.next(told)
      waiting.length = 0
    },
    watch(listener) {
      const watching = changes.subscribe((news) => listener(news))
      return () => watching.unsubscribe()
    },
  }
}
