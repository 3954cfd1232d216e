import { type Answer, readAnswer } from './http/answer.ts'
import { causeChain, readProperty, readText } from './safe-read.ts'
import { isToolError, type ToolError } from './tool-error.ts'
import { isToolFailure, type ToolFailure } from './tool-failure.ts'

/** What a thrown value tells about a failure. */
export interface ErrorFacts {
  message: string
  /** The HTTP status of the answer. */
  status?: number
  /** The system's or a library's code; a known network code goes before any other. */
  code?: string
  /** Milliseconds that the server, or the tool, asks to wait. */
  retryAfterMs?: number
  /** The same call may succeed later. */
  retryable: boolean
  /** The request provably did not run: connection refused, no address, no connection in time. */
  notSent: boolean
  blame?: 'caller' | 'backend'
  hint?: string
  details?: Record<string, unknown>
}

const retryableStatus: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])
const retryableCode: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])
const notSentCode: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])
/** A connection in use gives these too: only the system call tells. */
const notSentWhenConnecting: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * Reads what a thrown value tells, the outermost link of its `cause` chain first: `status`, `statusCode`, `headers`
 * and the same of `response`, `code`, `retryAfter` (seconds or an HTTP date); the fields of a toolFailure win. `now`
 * is in milliseconds since the epoch. Never throws, whatever was thrown.
 *
 * `retryable` is true for the HTTP statuses 408, 425, 429, 500, 502, 503 and 504, for connections that were reset,
 * refused or timed out, and for a DNS server that asks to try again. An `x-should-retry` header goes before the
 * status, as in the clients of those who send it.
 */
export function readErrorFacts(thrown: unknown, now: number): ErrorFacts {
  const chain = causeChain(thrown)
  const child = findChildError(thrown)
  const facts: ErrorFacts = { message: messageOf(chain), retryable: false, notSent: false }
  if (child !== undefined) {
    facts.retryable = readProperty(child, 'retryable') === true
    setWait(facts, readProperty(child, 'retryAfterMs'))
    return facts
  }
  applyAnswer(facts, readAnswer(ownLinks(chain), isNetworkCode, now))
  const failure = chain.find(isToolFailure)
  if (failure !== undefined) applyFailure(facts, failure)
  return facts
}

/**
 * The error of a child call that `thrown` is or wraps, if any: the child's own retries and breaker have dealt with it.
 * A toolFailure around it is the parent's own judgement and hides it.
 */
export function findChildError(thrown: unknown): ToolError | undefined {
  for (const link of causeChain(thrown)) {
    if (isToolFailure(link)) return undefined
    if (isToolError(link)) return link
  }
  return undefined
}

/** The links before a child call's error: status and code behind it are the child's. */
function ownLinks(chain: readonly unknown[]): readonly unknown[] {
  const childAt = chain.findIndex(isToolError)
  return childAt < 0 ? chain : chain.slice(0, childAt)
}

function isNetworkCode(code: string): boolean {
  return retryableCode.has(code) || notSentCode.has(code) || notSentWhenConnecting.has(code)
}

function applyAnswer(facts: ErrorFacts, { status, code, connecting, retryAfterMs, shouldRetry }: Answer): void {
  if (status !== undefined) facts.status = status
  if (code !== undefined) facts.code = code
  setWait(facts, retryAfterMs)
  // A body that breaks off after a good status is a matter of the network.
  const refused = status !== undefined && status >= 400
  facts.retryable = shouldRetry ?? (refused ? retryableStatus.has(status) : retryableCode.has(code ?? ''))
  // Whoever answers with a status has read the request, whatever code an intermediary adds.
  facts.notSent =
    status === undefined &&
    code !== undefined &&
    (notSentCode.has(code) || (connecting && notSentWhenConnecting.has(code)))
}

function applyFailure(facts: ErrorFacts, failure: ToolFailure): void {
  const hadWait = setWait(facts, readProperty(failure, 'retryAfterMs'))
  const retryable = readProperty(failure, 'retryable')
  // Who names a time to come back expects that it may work then.
  if (typeof retryable === 'boolean') facts.retryable = retryable
  else if (hadWait) facts.retryable = true
  const blame = readProperty(failure, 'blame')
  if (blame === 'caller' || blame === 'backend') facts.blame = blame
  const hint = readText(failure, 'hint')
  if (hint !== undefined) facts.hint = hint
  const details = copyRecord(readProperty(failure, 'details'))
  if (details !== undefined) facts.details = details
}

function setWait(facts: ErrorFacts, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return false
  facts.retryAfterMs = value
  return true
}

function copyRecord(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return { ...value }
  } catch {
    return undefined
  }
}

function messageOf(chain: readonly unknown[]): string {
  const [thrown] = chain
  if (typeof thrown === 'string' && thrown !== '') return thrown
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return `threw ${String(thrown)}`
  for (const link of chain) {
    const message = readText(link, 'message')
    if (message !== undefined) return message
  }
  return 'threw a value without a message'
}
