/** Lets what was put off until the event loop turns run out: immediates, and timers of no time. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2))
  await new Promise((resolve) => setImmediate(resolve))
}
