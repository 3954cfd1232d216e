import { toolFailure } from '@headrace/core'
import { checkKeys, checkNumber, checkOneOf } from '../options/check-option.ts'

/** A failure as plain data: what a backend answers, and what a tool adds to it. */
export interface ScriptedFailure {
  readonly message?: string | undefined
  /** The HTTP status of the answer. */
  readonly status?: number | undefined
  /** A code as Node's sockets give it, such as ECONNRESET; without a `status` there was no answer. */
  readonly code?: string | undefined
  /** Headers of the answer, such as `{ 'retry-after': '2' }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds that the server asks to wait: sent as a `retry-after-ms` header. */
  readonly retryAfterMs?: number | undefined
  /** With this and the following the tool judges by itself, as with `toolFailure`. */
  readonly retryable?: boolean | undefined
  readonly blame?: 'caller' | 'backend' | undefined
  readonly details?: Readonly<Record<string, unknown>> | undefined
  readonly hint?: string | undefined
}

const known = ['message', 'status', 'code', 'headers', 'retryAfterMs', 'retryable', 'blame', 'details', 'hint']

/** Throws unless `failure` is an Error or plain data that make one. */
export function checkFailure(where: string, failure: ScriptedFailure | Error): void {
  if (failure instanceof Error) return
  checkKeys(where, failure, known)
  const { status, retryAfterMs, retryable, blame } = failure
  checkNumber(where, 'status', status, { min: 100, max: 599, integer: true })
  checkNumber(where, 'retryAfterMs', retryAfterMs, { min: 0 })
  checkOneOf(where, 'retryable', retryable, [true, false])
  checkOneOf(where, 'blame', blame, ['caller', 'backend'])
}

/** Makes the error that a tool throws: as an HTTP client or a socket gives it, in a toolFailure where it says more. */
export function failureOf(failure: ScriptedFailure | Error): Error {
  if (failure instanceof Error) return failure
  const { status, code, retryAfterMs, retryable, blame, details, hint } = failure
  const { message = code ?? (status === undefined ? 'scripted failure' : `the backend answered ${status}`) } = failure
  const wait = retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) }
  const headers = { ...failure.headers, ...wait }
  const answer = Object.assign(new Error(message), { status, code, headers })
  const isPlain = [retryable, blame, details, hint].every((field) => field === undefined)
  return isPlain ? answer : toolFailure({ message, retryable, blame, details, hint, cause: answer })
}
