/** What has to be ended, whatever happens. */
export interface Cleanup {
  add(end: () => unknown): void
  /** Ends everything, the newest first. Never rejects: what cannot be ended keeps nothing else from it. */
  run(): Promise<void>
}

/** Makes an empty list. */
export function createCleanup(): Cleanup {
  const ends: (() => unknown)[] = []
  return {
    add: (end) => void ends.push(end),
    async run() {
      for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
        try {
          await end()
        } catch (error) {
          process.stderr.write(`while ending: ${String(error)}\n`)
        }
      }
    },
  }
}
