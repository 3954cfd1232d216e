import type { BreakerState, BreakerView } from '@headrace/core'
import { createTelling } from '../telling.ts'
import { type ToldState, viewOf } from './breaker-reply.ts'

/** What is known here of one breaker, and what listeners have been told of it. */
interface Known {
  view: BreakerView
  /** When the server last said so, or was asked to: a reading of `performance.now()`. */
  askedAt: number
  toldState: BreakerState
  toldGeneration: number
}

/** How long a change that an answer shows is left to the message that tells it in its place among others. */
const messageMs = 250
const unknown = { toldState: 'closed', toldGeneration: Number.NEGATIVE_INFINITY } as const

/**
 * What this process knows of breakers: learnt from the answers to its own calls at once, and from what others publish.
 *
 * Messages come in the order of the changes, so they decide what listeners are told. A change that only an answer shows
 * is told when its message has not come in time.
 */
export class BreakerViews {
  readonly #known = new Map<string, Known>()
  readonly #changes = createTelling<BreakerView>()
  readonly #maxKeys: number
  readonly #overdue = new Set<Known>()
  /** Whether messages come; before, and without anybody who is told, answers decide. */
  isHearing = false

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  get isWatched(): boolean {
    return this.#changes.isWatched
  }

  watch(listener: (view: BreakerView) => void): () => void {
    return this.#changes.watch(listener)
  }

  get(key: string): BreakerView | undefined {
    return this.#known.get(key)?.view
  }

  /** Whether the server has neither said so nor been asked for so many milliseconds. Counts as asking. */
  isStale(key: string, ms: number): boolean {
    const known = this.#known.get(key)
    const now = performance.now()
    if (known === undefined || now - known.askedAt <= ms) return false
    known.askedAt = now
    return true
  }

  /** Those whose calls are not simply let through. */
  guarded(): readonly BreakerView[] {
    return Array.from(this.#known.values(), ({ view }) => view).filter(({ state }) => state !== 'closed')
  }

  /** Learns from the answer to a call, and gives what it says; `now` is the caller's. */
  answered(key: string, told: ToldState, now: number): BreakerView {
    const known = this.#known.get(key)
    const isOlder = known !== undefined && told.generation < known.view.generation
    if (isOlder || (known === undefined && !told.isJudged)) return viewOf(key, told, now)
    const updated = this.#update(key, told, now)
    const { view } = updated
    if (updated.toldGeneration >= told.generation) return view
    if (this.isWatched && this.isHearing) this.#tellLater(updated)
    else this.#tellNow(updated)
    return view
  }

  /** Learns from a message, which tells a change. */
  heard(key: string, told: ToldState, now: number): void {
    const known = this.#known.get(key)
    if (known !== undefined && told.generation <= known.toldGeneration) return
    const isNews = known === undefined || told.generation >= known.view.generation
    const updated = isNews ? this.#update(key, told, now) : known
    this.#tell(updated, isNews ? updated.view : viewOf(key, told, now))
  }

  /**
   * Learns what the server says now, whatever it said before: it may have lost its data, or got older data back. Nothing
   * where it knows nothing. `asked` is the view as it was when the server was asked.
   */
  confirmed(asked: BreakerView, told: ToldState | undefined, now: number): void {
    const { key } = asked
    const known = this.#known.get(key)
    if (known === undefined) return
    const isOlder = told !== undefined && told.generation < known.view.generation
    if (known.view !== asked && (told === undefined || isOlder)) return
    const { generation } = asked
    const forgotten: ToldState = { state: 'closed', generation, leftMs: 0, cause: undefined, isJudged: true }
    const updated = this.#update(key, told ?? forgotten, now)
    this.#tellNow(updated)
    if (told === undefined) this.#forget(key, updated)
  }

  /** Forgets what needs not be confirmed: whoever is let through is told anew how things stand. */
  forgetClosed(): void {
    for (const [key, known] of this.#known) {
      if (known.view.state === 'closed' && known.toldState === 'closed') this.#forget(key, known)
    }
  }

  #update(key: string, told: ToldState, now: number): Known {
    const known = this.#known.get(key)
    const view = known !== undefined && isSame(known.view, told) ? known.view : viewOf(key, told, now)
    const askedAt = performance.now()
    if (known !== undefined) {
      known.view = view
      known.askedAt = askedAt
      return known
    }
    const added: Known = { ...unknown, view, askedAt }
    this.#known.set(key, added)
    if (this.#known.size > this.#maxKeys) this.#trim()
    return added
  }

  #tell(known: Known, view: BreakerView): void {
    known.toldState = view.state
    known.toldGeneration = view.generation
    this.#changes.tell(view)
  }

  #tellLater(known: Known): void {
    if (this.#overdue.size === 0) setTimeout(() => this.#tellOverdue(), messageMs).unref()
    this.#overdue.add(known)
  }

  #tellOverdue(): void {
    const overdue = [...this.#overdue]
    this.#overdue.clear()
    for (const known of overdue) {
      if (known.toldGeneration < known.view.generation) this.#tellNow(known)
    }
  }

  /** Tells the view, if its state is another one than was told last. */
  #tellNow(known: Known): void {
    if (known.view.state !== known.toldState) return this.#tell(known, known.view)
    known.toldGeneration = known.view.generation
  }

  #forget(key: string, known: Known): void {
    this.#known.delete(key)
    this.#overdue.delete(known)
  }

  /** Makes room: what was learnt first goes first, of closed ones where there are some. */
  #trim(): void {
    let first: string | undefined
    for (const [key, { view }] of this.#known) {
      first ??= key
      if (view.state === 'closed') {
        first = key
        break
      }
    }
    const known = first === undefined ? undefined : this.#known.get(first)
    if (first !== undefined && known !== undefined) this.#forget(first, known)
  }
}

/** Nothing of the view has changed; what is left of an open breaker's time always has. */
function isSame(view: BreakerView, { state, generation, cause }: ToldState): boolean {
  return state !== 'open' && view.state === state && view.generation === generation && view.cause === cause
}
