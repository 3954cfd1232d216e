import type { Observable } from 'rxjs'

/** What a streaming value gives before its end; never for a value that does not stream. */
type PartOfValue<V> = unknown extends V
  ? unknown
  : V extends Observable<infer P>
    ? P
    : V extends AsyncIterable<infer P>
      ? P
      : never

/** The result of a generator: its return value where there is one, else its last value. */
type ReturnOr<Return, Part> = [Return] extends [never] ? Part : Return extends void ? Part : Return

type OutputOfValue<V> = unknown extends V
  ? unknown
  : V extends Observable<infer P>
    ? P
    : V extends AsyncGenerator<infer P, infer Return, infer _>
      ? ReturnOr<Return, P>
      : V extends AsyncIterable<infer P>
        ? P
        : V

/** What a call gives in the end, from what `execute` returns: sync or async, one value or a stream. */
export type OutputOf<Returned> = OutputOfValue<Awaited<Returned>>

/** What a call streams before its end, from what `execute` returns; never where it does not stream. */
export type PartOf<Returned> = PartOfValue<Awaited<Returned>>
