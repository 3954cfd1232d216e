import { Observable } from 'rxjs'
import { recordOf } from './record-of.ts'
import { isSafeStop } from './stop-reason.ts'

/** What is used of the SDK's `MessageStream`, and of its beta form. */
export interface HelperStream {
  readonly ended: boolean
  readonly currentMessage: unknown
  readonly receivedMessages: readonly unknown[]
  on(event: 'streamEvent', listener: (event: never) => void): unknown
  off(event: 'streamEvent', listener: (event: never) => void): unknown
  done(): Promise<void>
  abort(): void
}

export function isHelperStream(source: object): source is HelperStream {
  return 'receivedMessages' in source && 'currentMessage' in source && 'done' in source && 'on' in source
}

/**
 * The events of a MessageStream, each in the tick in which it comes: read by its iterator, the message in `message_start`
 * has grown already. Of a stream that has begun before, the events are those of its messages, once it has ended.
 * Unsubscribing aborts it.
 */
export function helperStreamEvents<Event>(stream: HelperStream): Observable<Event> {
  return new Observable<Event>((subscriber) => {
    const hasBegun = stream.currentMessage !== undefined || stream.receivedMessages.length > 0
    const tell = (event: Event): void => subscriber.next(event)
    if (!hasBegun) stream.on('streamEvent', tell)
    stream.done().then(
      () => {
        if (hasBegun) for (const event of stream.receivedMessages.flatMap(eventsOf)) tell(event as Event)
        subscriber.complete()
      },
      (error: unknown) => subscriber.error(error),
    )
    return () => {
      stream.off('streamEvent', tell)
      if (!stream.ended) stream.abort()
    }
  })
}

/** What a stream would have told of a message; in one that was cut off, the last block has no end. */
function eventsOf(message: unknown): readonly object[] {
  const { content, stop_reason } = recordOf(message)
  const blocks: readonly unknown[] = Array.isArray(content) ? content : []
  const cutAt = isSafeStop(typeof stop_reason === 'string' ? stop_reason : undefined)
    ? blocks.length
    : blocks.length - 1
  return [
    { type: 'message_start', message: { ...recordOf(message), content: [] } },
    ...blocks.flatMap((content_block, index) => [
      { type: 'content_block_start', index, content_block },
      ...(index === cutAt ? [] : [{ type: 'content_block_stop', index }]),
    ]),
    { type: 'message_delta', delta: { stop_reason } },
    { type: 'message_stop' },
  ]
}
