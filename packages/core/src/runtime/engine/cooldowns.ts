import type { Gate } from '../../policies/concurrency/gate.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Deadline, DeadlineOwner, TimerLists } from './timer-lists.ts'

/** Milliseconds of a cool-down where the backend says none, and the most that are taken from it. */
const usualMs = 1000
const longestMs = 60_000

/** A key whose backend has said that it is asked too often: nobody starts until it is over. */
class Cooldown implements DeadlineOwner {
  readonly #gate: Gate
  readonly #onEnd: () => void
  timer: Deadline | undefined = undefined
  until = 0

  constructor(gate: Gate, onEnd: () => void) {
    this.#gate = gate
    this.#onEnd = onEnd
    gate.pause()
  }

  onDeadline(): void {
    this.#onEnd()
    this.#gate.resume()
  }
}

/** The gates that are paused after a 429, each until its time. There are as many as such answers in the last minute. */
export class Cooldowns {
  readonly #clock: Clock
  readonly #timers: TimerLists
  readonly #byGate = new Map<Gate, Cooldown>()

  constructor(clock: Clock, timers: TimerLists) {
    this.#clock = clock
    this.#timers = timers
  }

  /** Pauses a gate for what the backend asked for; an earlier end changes nothing. Gives the milliseconds. */
  start(gate: Gate, askedMs: number | undefined): number {
    const forMs = Math.min(longestMs, askedMs ?? usualMs)
    const now = this.#clock.monotonic()
    let cooldown = this.#byGate.get(gate)
    if (cooldown !== undefined && cooldown.until >= now + forMs) return forMs
    if (cooldown === undefined) {
      cooldown = new Cooldown(gate, () => this.#byGate.delete(gate))
      this.#byGate.set(gate, cooldown)
    }
    cooldown.timer?.cancel()
    cooldown.until = now + forMs
    cooldown.timer = this.#timers.start(cooldown, now, forMs)
    return forMs
  }

  /** Milliseconds that the gate is still paused; 0 where it is not. */
  remainingMs(gate: Gate): number {
    const cooldown = this.#byGate.size === 0 ? undefined : this.#byGate.get(gate)
    return cooldown === undefined ? 0 : Math.max(0, cooldown.until - this.#clock.monotonic())
  }
}
