import { Observable } from 'rxjs'
import type { TurnEvent } from './turn-event.ts'
import type { TurnReader } from './turn-reader.ts'

/**
 * Reads a model's stream with a reader of its own for each subscription. Errors when the stream does, after what was open
 * has been told as incomplete.
 */
export function readTurn<Event>(
  events$: Observable<Event>,
  createReader: () => TurnReader<Event>,
): Observable<TurnEvent> {
  return new Observable<TurnEvent>((subscriber) => {
    const reader = createReader()
    const tell = (events: readonly TurnEvent[]): void => {
      for (const event of events) subscriber.next(event)
    }
    return events$.subscribe({
      next: (event) => tell(reader.read(event)),
      error(error) {
        tell(reader.end())
        subscriber.error(error)
      },
      complete() {
        tell(reader.end())
        subscriber.complete()
      },
    })
  })
}
