import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock, Timer } from '../ports/clock.ts'
import { ChainWriter, type Written } from './chain-writer.ts'
import { type Draft, PendingRecords } from './pending-records.ts'
import { Tally } from './tally.ts'

/** What an {@link AuditRecorder} works with. */
export interface RecorderParts {
  readonly log: AuditLog
  /** Whether no record may be lost: who makes them then has to ask for `blockedMs` before it begins something. */
  readonly failsClosed: boolean
  readonly batchMs: number
  readonly maxPending: number
  readonly clock: Clock
  /** Told each time that the log could not be written, and at the end of what was lost. */
  readonly onError: (error: unknown) => void
}

/** From so many on records are written at once: a loop that never lets the event loop turn may make very many. */
const eagerFrom = 128
/** Records that the log is given together. */
const maxBatch = 1024
/** Milliseconds before the log is tried again: this at first, twice as long after each failure. */
const firstPause = 250
const longestPause = 30_000
/** Milliseconds after which a log that has not answered counts as one that cannot be written. */
const patience = 5000

// taken now, so that fake timers that a test installs later do not stop it
const nextTurn = globalThis.setImmediate

/**
 * Writes records later than they are made, in their order, in batches, one batch at a time. What the log does not take
 * is kept and tried again.
 */
export class AuditRecorder {
  readonly #parts: RecorderParts
  readonly #writer: ChainWriter
  readonly #pending: PendingRecords = new PendingRecords()
  readonly #missing: Tally = new Tally('records-missing')
  readonly #refused: Tally = new Tally('calls-refused')
  #isBusy = false
  #isScheduled = false
  #isClosed = false
  /** The log has failed, and it is not yet time to try it again. */
  #isPausing = false
  #failures = 0
  #lastError: unknown
  /** When the log, which cannot be written, is tried again; on the monotonic clock. */
  #retryAt: number | undefined
  #timer: Timer | undefined
  #onRest: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor(parts: RecorderParts) {
    this.#parts = parts
    this.#writer = new ChainWriter(parts.log)
    this.#write()
  }

  /** Where nothing may begin now: milliseconds until it may be worth to ask again. */
  get blockedMs(): number | undefined {
    const { failsClosed, maxPending, clock } = this.#parts
    if (!failsClosed) return undefined
    if (this.#retryAt !== undefined) return Math.max(1, Math.ceil(this.#retryAt - clock.monotonic()))
    return this.#pending.size >= maxPending ? 1 : undefined
  }

  /** Adds a record; its body is canonical JSON text. */
  record(body: string): void {
    if (this.#hasRoom()) this.#pending.push(body)
    this.#hurry()
  }

  /** Adds a record that can be taken back for as long as it is only waiting. */
  draft(draft: Draft): void {
    if (this.#hasRoom()) this.#pending.draft(draft)
    this.#hurry()
  }

  /** Takes a draft back: what is recorded next says it all. Undefined where it is on its way, or in the log. */
  withdraw(owner: object): Draft | undefined {
    return this.#pending.withdraw(owner)
  }

  /** Counts what did not begin because it was blocked: one record will tell of all. */
  refuse(): void {
    this.#refused.add(this.#parts.clock.now())
  }

  /** Writes what waits, also where the log has just failed; from then on nothing is recorded. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  #close(): Promise<void> {
    this.#isClosed = true
    this.#isPausing = false
    this.#timer?.cancel()
    this.#tell(this.#missing)
    this.#tell(this.#refused)
    this.#write()
    return new Promise((resolve) => {
      const end = (): void => {
        this.#onRest = undefined
        limit.cancel()
        this.#tellLoss()
        resolve()
      }
      const limit = this.#parts.clock.setTimer(patience, end)
      this.#onRest = end
      this.#rest()
    })
  }

  /** Whether another record may wait; counts the one that may not. */
  #hasRoom(): boolean {
    if (this.#isClosed) return false
    const { failsClosed, maxPending, clock } = this.#parts
    if (!failsClosed && this.#pending.size >= maxPending) {
      this.#missing.add(clock.now())
      return false
    }
    this.#tell(this.#missing)
    return true
  }

  #hurry(): void {
    if (this.#pending.size >= eagerFrom) this.#write()
    else this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isBusy || this.#isPausing || this.#isClosed) return
    const { batchMs, clock } = this.#parts
    const run = (): void => {
      this.#isScheduled = false
      this.#write()
    }
    this.#isScheduled = true
    if (batchMs === 0) nextTurn(run)
    else this.#timer = clock.setTimer(batchMs, run)
  }

  /** Writes until nothing waits, or the log takes its time, or fails. */
  #write(): void {
    while (!this.#isBusy && !this.#isPausing && (this.#pending.size > 0 || !this.#writer.isOpen)) {
      const written = this.#writer.write(this.#pending.send(maxBatch))
      if ('then' in written) this.#await(written)
      else this.#apply(written)
    }
  }

  #await(written: PromiseLike<Written>): void {
    this.#isBusy = true
    const limit = this.#parts.clock.setTimer(patience, () => this.#stall())
    limit.unref?.()
    void written.then((outcome) => {
      limit.cancel()
      this.#isBusy = false
      this.#apply(outcome)
      this.#write()
      this.#rest()
    })
  }

  #apply({ kept, error }: Written): void {
    this.#pending.drop(kept)
    if (error !== undefined) return this.#fail(error)
    this.#failures = 0
    this.#retryAt = undefined
    this.#tell(this.#missing)
    this.#tell(this.#refused)
  }

  #fail(error: unknown): void {
    const { clock, onError } = this.#parts
    const pause = Math.min(longestPause, firstPause * 2 ** this.#failures)
    this.#failures += 1
    this.#lastError = error
    this.#retryAt = clock.monotonic() + pause
    this.#isPausing = true
    if (!this.#isClosed) {
      this.#timer = clock.setTimer(pause, () => {
        this.#isPausing = false
        this.#write()
      })
      // a log that never comes back must not keep the process
      this.#timer.unref?.()
    }
    onError(error)
  }

  /** The log does not answer: nothing may begin until it does. */
  #stall(): void {
    this.#retryAt ??= this.#parts.clock.monotonic() + patience
    this.#parts.onError(new Error(`The audit log gave no answer within ${patience} ms.`))
  }

  /** Puts a tally among the records. */
  #tell(tally: Tally): void {
    if (tally.count > 0) this.#pending.push(tally.take(this.#parts.clock.now()))
  }

  /** Tells who closes when nothing more will happen. */
  #rest(): void {
    if (!this.#isBusy && (this.#isPausing || this.#pending.size === 0)) this.#onRest?.()
  }

  #tellLoss(): void {
    const lost = this.#pending.size
    if (lost === 0) return
    const cause = this.#lastError
    this.#parts.onError(new Error(`The audit log could not be written: ${lost} records are lost.`, { cause }))
  }
}
