import type { Admission } from '../../../policies/concurrency/admission.ts'
import type { Gate } from '../../../policies/concurrency/gate.ts'
import type { Clock, Timer } from '../../../ports/clock.ts'

/** Milliseconds of a cool-down where the backend says none, and the most that are taken from it. */
const usualMs = 1000
const longestMs = 60_000

/** Until when a gate is paused. */
interface Cooldown {
  /** On the monotonic clock. */
  readonly until: number
  readonly timer: Timer
}

/**
 * The gates that are paused since their backend said that it is asked too often, each until its time. There are at most
 * as many as such answers in the last minute. They keep no process alive: those who wait have limits that do.
 */
export class Cooldowns {
  readonly #clock: Clock
  readonly #admission: Admission
  readonly #byGate = new Map<Gate, Cooldown>()

  constructor(clock: Clock, admission: Admission) {
    this.#clock = clock
    this.#admission = admission
  }

  /** Pauses a gate for what the backend asked for; an earlier end changes nothing. Gives the milliseconds. */
  start(gate: Gate, askedMs: number | undefined): number {
    const forMs = Math.min(longestMs, askedMs ?? usualMs)
    const until = this.#clock.monotonic() + forMs
    const known = this.#byGate.get(gate)
    if (known !== undefined && known.until >= until) return forMs
    known?.timer.cancel()
    gate.pause()
    const timer = this.#clock.setTimer(forMs, () => {
      this.#byGate.delete(gate)
      gate.resume()
      this.#admission.forgetIdle(gate)
    })
    timer.unref?.()
    this.#byGate.set(gate, { until, timer })
    return forMs
  }

  /** Milliseconds that the gate is still paused; 0 where it is not. */
  remainingMs(gate: Gate): number {
    const cooldown = this.#byGate.size === 0 ? undefined : this.#byGate.get(gate)
    return cooldown === undefined ? 0 : Math.max(0, cooldown.until - this.#clock.monotonic())
  }

  /** Ends every timer; nobody will be let through any more. */
  close(): void {
    for (const { timer } of this.#byGate.values()) timer.cancel()
    this.#byGate.clear()
  }
}
