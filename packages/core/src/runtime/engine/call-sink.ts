import type { CallStepEvent, OutputEvent } from '../../call/call-event.ts'

type Body<E> = E extends unknown ? Omit<E, 'callId' | 'tool' | 'at'> : never

/** An event of a call without the parts that every event of the call shares. */
export type StepBody = Body<CallStepEvent | OutputEvent>

/** Where what happens in a call is told. */
export interface CallSink {
  /** Whether anybody would be told: events are made only then. */
  readonly isListening: boolean
  emit(body: StepBody): void
}
