import type { Clock, Timer } from '../../ports/clock.ts'
import type { Awaitable } from '../../ports/port-options.ts'

// A third of the ten seconds for which a shared store lends a permit: two renewals may get lost.
const renewEveryMs = 3_000

/**
 * Keeps a probe's permit while the probe runs: asks again and again until the answer is no. Gives the function that
 * ends it. A store that fails is asked again at the next turn.
 */
export function keepProbe(renew: () => Awaitable<boolean>, clock: Clock): () => void {
  let isKept = true
  let timer: Timer
  function wait(): void {
    timer = clock.setTimer(renewEveryMs, () => void ask())
    timer.unref?.()
  }
  async function ask(): Promise<void> {
    let isHeld = true
    try {
      isHeld = await renew()
    } catch {
      // The permit is lent for longer than one turn.
    }
    if (isKept && isHeld) wait()
  }
  wait()
  return () => {
    isKept = false
    timer.cancel()
  }
}
