/** Bytes that live in this process after a full collection, buffers outside the heap included. */
export async function liveBytes(): Promise<number> {
  await settle()
  collect()
  await settle()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Frees what nothing refers to; needs `node --expose-gc`. */
function collect(): void {
  if (globalThis.gc === undefined) throw new Error('Start node with --expose-gc')
  globalThis.gc()
}

/** Lets microtasks, immediates and what they start run out. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Empties the young generation and leaves its memory in place, so that the next batch neither copies nor faults pages in. */
export function collectYoung(): void {
  if (globalThis.gc === undefined) throw new Error('Start node with --expose-gc')
  globalThis.gc({ type: 'minor', execution: 'sync' })
}

/** Touches so many bytes of the young generation: memory is dear the first time, and no call should pay for that. */
export function touchYoung(bytes: number): void {
  const length = 4_000
  for (let touched = 0; touched < bytes; touched += length * 8) new Array(length).fill(0)
}

/** Collects, then waits until the threads that sweep are idle, so that the next batch does not pay for it. */
export async function rest(): Promise<void> {
  collect()
  await new Promise((resolve) => setTimeout(resolve, 15))
}
