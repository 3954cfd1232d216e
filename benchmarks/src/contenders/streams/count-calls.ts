import type { Observable } from 'rxjs'
import type { Contender } from '../../contender.ts'

/** Bytes of one read from a socket. */
const size = 16_384

type Assemble = NonNullable<Contender['assemble']>

/** Feeds a bridge in pieces as they come from a socket, and counts the calls that it gives. */
export const countCalls =
  (toolCallsFrom: (source: AsyncIterable<Uint8Array>) => Observable<unknown>): Assemble =>
  (bytes) =>
    new Promise((resolve, reject) => {
      let calls = 0
      toolCallsFrom(inPieces(bytes)).subscribe({
        next: () => {
          calls += 1
        },
        error: reject,
        complete: () => resolve(calls),
      })
    })

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
