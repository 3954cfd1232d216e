import { Subject, type Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { RuntimeEvent } from './runtime-event.ts'

/** Who listens to one call: its only subscriber, or a Subject in front of several. */
export type CallObserver = Pick<Subscriber<CallEvent>, 'next' | 'complete'>

/**
 * Delivers events one after the other, also when a listener causes more: what it causes waits until every listener has
 * been told the event before. So nobody ever sees a call's end before its middle.
 */
export class EventStream {
  readonly #all: Subject<RuntimeEvent>
  readonly #queue: { readonly event: RuntimeEvent; readonly observer: CallObserver | undefined }[] = []
  #delivering = false

  constructor(all: Subject<RuntimeEvent>) {
    this.#all = all
  }

  deliver(event: RuntimeEvent, observer: CallObserver | undefined): void {
    if (this.#delivering) {
      this.#queue.push({ event, observer })
      return
    }
    this.#delivering = true
    this.#tell(event, observer)
    for (let index = 0; index < this.#queue.length; index += 1) {
      const next = this.#queue[index]
      if (next !== undefined) this.#tell(next.event, next.observer)
    }
    this.#queue.length = 0
    this.#delivering = false
  }

  /** Gives an event to those who listen to the call alone. */
  deliverPrivately(event: CallEvent, observer: CallObserver | undefined): void {
    observer?.next(event)
    if (event.type === 'call-settle') observer?.complete()
  }

  #tell(event: RuntimeEvent, observer: CallObserver | undefined): void {
    if (this.#all.observed) this.#all.next(event)
    this.deliverPrivately(event as CallEvent, observer)
  }
}

/** Adds one who listens to a call. */
export function addObserver(known: CallObserver | undefined, subscriber: Subscriber<CallEvent>): CallObserver {
  if (known === undefined) return subscriber
  if (known instanceof Subject) {
    known.subscribe(subscriber)
    return known
  }
  const subject = new Subject<CallEvent>()
  subject.subscribe(known)
  subject.subscribe(subscriber)
  return subject
}
