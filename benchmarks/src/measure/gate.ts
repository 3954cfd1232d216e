/** A promise that calls wait at until it is opened. */
export interface Gate {
  readonly opened: Promise<undefined>
  open(): void
}

/** Makes a closed gate. One promise for all calls: what it costs is the caller's, not the tool's. */
export function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  return { opened: promise, open: () => resolve(undefined) }
}
