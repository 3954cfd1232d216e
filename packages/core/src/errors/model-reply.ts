import { CancelReason } from './cancel-reason.ts'
import { type ModelError, renderError } from './render-error.ts'
import type { ErrorView } from './text/error-view.ts'

/** A result as far as a model is told about it. */
export type ModelResult =
  | { readonly status: 'ok'; readonly output: unknown }
  | { readonly status: 'error'; readonly error: ErrorView }
  | { readonly status: 'cancelled'; readonly reason: unknown }
  | { readonly status: 'pending'; readonly job: ModelJob }

/** A job as far as a model is told about it. */
export interface ModelJob {
  readonly id: string
  readonly state: string
  readonly pollIntervalMs?: number
  readonly progress?: unknown
}

/** What to show a model for a result, as plain data that goes into JSON if the output does. */
export type ModelReply =
  | { status: 'ok'; output: unknown }
  | { status: 'error'; error: ModelError }
  | { status: 'cancelled'; message: string; next: string }
  | { status: 'pending'; message: string; next: string; job: ModelJob }

/**
 * Turns a result of a call into what a model should see of it: the output as it is, an error by its `toModel()`, and
 * for a cancelled or a pending call a sentence and what to do next. A caller's own cancel reason is not shown.
 */
export function toModel(result: ModelResult): ModelReply {
  switch (result.status) {
    case 'ok':
      return { status: 'ok', output: result.output }
    case 'error':
      return { status: 'error', error: renderError(result.error) }
    case 'cancelled':
      return { status: 'cancelled', ...cancelText(result.reason) }
    case 'pending':
      return { status: 'pending', ...pendingText(result.job), job: jobOf(result.job) }
  }
}

function cancelText(reason: unknown): { message: string; next: string } {
  const why = reason instanceof CancelReason ? ` ${reason.message}` : ''
  return {
    message: `The call was cancelled before it gave a result.${why}`,
    next: 'Repeat it only if its result is still needed and it can do no harm to run it twice.',
  }
}

function pendingText({ id, pollIntervalMs }: ModelJob): { message: string; next: string } {
  const wait = pollIntervalMs === undefined ? 'later' : `in ${Math.max(1, Math.ceil(pollIntervalMs / 1000))} seconds`
  return {
    message: `The call goes on as job '${id}'.`,
    next: `Do not repeat the call: ask for the job's state ${wait}.`,
  }
}

function jobOf({ id, state, pollIntervalMs, progress }: ModelJob): ModelJob {
  return {
    id,
    state,
    ...(pollIntervalMs !== undefined && { pollIntervalMs }),
    ...(progress !== undefined && { progress }),
  }
}
