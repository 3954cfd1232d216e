import type { FinishVerdict } from './finish-reason.ts'

/** How a message ended. */
export interface MessageEnd {
  /** The provider's word. */
  readonly reason: string | undefined
  readonly verdict: FinishVerdict
}
