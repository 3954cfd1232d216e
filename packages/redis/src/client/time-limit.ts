/**
 * Gives the answer, or rejects with `late()` after so many milliseconds. An event loop that was blocked runs its timers
 * before it reads what has arrived meanwhile, so the limit is judged one turn later: what was answered in time counts.
 */
export function withinTime<T>(answer: Promise<T>, ms: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(late())), ms)
    answer.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
