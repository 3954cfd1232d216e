/** Why work was cancelled: what an aborted `signal.reason` of a tool tells in its `kind`. */
export type CancelKind =
  | 'unsubscribed'
  | 'cancelled'
  | 'timeout'
  | 'deadline'
  | 'sibling-failed'
  | 'superseded'
  | 'shutdown'

const sentences: Readonly<Record<CancelKind, string>> = {
  unsubscribed: 'The subscriber left.',
  cancelled: 'The call was cancelled.',
  timeout: 'The attempt took longer than its limit.',
  deadline: 'The deadline has passed.',
  'sibling-failed': 'Another call of the same scope failed.',
  superseded: 'The result is no longer needed.',
  shutdown: 'The scope is closing.',
}

/**
 * The reason of a cancellation that Headrace itself asked for. Its `name` is that of the platform's own reasons
 * (`TimeoutError` for limits, else `AbortError`), so code that looks for those works unchanged.
 */
export class CancelReason extends Error {
  readonly kind: CancelKind

  constructor(kind: CancelKind, detail?: string) {
    super(detail ?? sentences[kind])
    this.kind = kind
    this.name = kind === 'timeout' || kind === 'deadline' ? 'TimeoutError' : 'AbortError'
  }
}
