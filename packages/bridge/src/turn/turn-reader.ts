import type { TurnEvent } from './turn-event.ts'

/**
 * Assembles the calls of one stream from its events: a pure, synchronous state machine. What it does not know it
 * passes over, and what is malformed never throws.
 */
export interface TurnReader<Event> {
  /** Takes one event of the stream as it came. */
  read(event: Event): readonly TurnEvent[]
  /** The stream has ended, whole or in the middle: what was open and cannot be completed is told as incomplete. */
  end(): readonly TurnEvent[]
}
