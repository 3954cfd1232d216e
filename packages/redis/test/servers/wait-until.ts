import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer is true; throws after `withinMs` with the last answer that was not. */
export async function waitUntil(
  what: string,
  isTrue: () => unknown,
  { withinMs = 20_000, everyMs = 10 }: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await Promise.resolve()
      .then(isTrue)
      .catch((error: unknown) => error)
    if (answer === true) return
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what} (${String(answer)})`)
    await sleep(everyMs)
  }
}
