/** What a scope runs when it closes. */
export type Finalizer = () => void | PromiseLike<void>

/** Runs finalizers one by one, the last added first, also those added meanwhile; gives all their errors. */
export async function runFinalizers(finalizers: Finalizer[]): Promise<unknown[]> {
  const errors: unknown[] = []
  for (let finalizer = finalizers.pop(); finalizer !== undefined; finalizer = finalizers.pop()) {
    try {
      await finalizer()
    } catch (error) {
      errors.push(error)
    }
  }
  return errors
}
