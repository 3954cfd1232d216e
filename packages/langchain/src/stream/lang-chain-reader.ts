import type { TurnEvent, TurnReader } from '@headrace/bridge'
import { isRecord } from './json-record.ts'
import { MessageCalls } from './message-calls.ts'
import type { MessageEnd } from './message-end.ts'
import { endOfChunk, readChunk } from './read-chunk.ts'
import { endOfEvent, readEvent } from './read-event.ts'

/** What a reader is given when the stream has ended by itself: many models do not say that a message has. */
export const streamDone: unique symbol = Symbol('done')

/**
 * Reads what a chat model streams: the chunks of `stream()`, whole messages, or the events of `streamEvents()`. A call is
 * complete when another one begins and its own arguments are a whole JSON object, when it comes whole, or when the message
 * ends well. Where nothing tells how the message ended, only calls with whole arguments are complete.
 */
export function createLangChainReader(): TurnReader<unknown> {
  const calls = new MessageCalls()
  let hasFinished = false
  const finish = ({ reason, verdict }: MessageEnd): readonly TurnEvent[] => {
    if (hasFinished && calls.isEmpty) return [] // told before, of the same message
    hasFinished = true
    return calls.finish(reason, verdict)
  }
  return {
    read(value) {
      if (value === streamDone) return finish({ reason: undefined, verdict: 'unknown' })
      if (!isRecord(value)) return []
      const isEvent = typeof value.event === 'string'
      if (value.event === 'message-start' && !calls.isEmpty) return finish({ reason: undefined, verdict: 'unsafe' })
      const events = isEvent ? readEvent(value, calls) : readChunk(value, calls)
      const end = isEvent ? endOfEvent(value) : endOfChunk(value)
      return end === undefined ? events : [...events, ...finish(end)]
    },
    end: () => calls.cutOff(),
  }
}
