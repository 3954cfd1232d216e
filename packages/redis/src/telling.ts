/** Tells listeners what happens. */
export interface Telling<T> {
  readonly isWatched: boolean
  tell(news: T): void
  /** Gives the function that ends it; a listener that is added twice is told twice. */
  watch(listener: (news: T) => void): () => void
}

/** Makes a telling. What a listener throws is thrown again where nobody else is disturbed. */
export function createTelling<T>(): Telling<T> {
  const watches = new Set<{ readonly listener: (news: T) => void }>()
  return {
    get isWatched() {
      return watches.size > 0
    },
    tell(news) {
      for (const watching of [...watches]) {
        if (watches.has(watching)) tellOne(watching.listener, news)
      }
    },
    watch(listener) {
      const watching = { listener }
      watches.add(watching)
      return () => void watches.delete(watching)
    },
  }
}

function tellOne<T>(listener: (news: T) => void, news: T): void {
  try {
    listener(news)
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
