import { type ToolFailure, toolFailure } from '@headrace/core'
import { isRecord } from '../../content/mcp-content.ts'

const longestMessage = 500
const invalidParams = -32_602
const internalError = -32_603
const connectionClosed = -32_000
const urlElicitation = -32_042
/** The SDK's own codes for a connection that ended, or was never there. */
const closedCodes: ReadonlySet<unknown> = new Set(['CONNECTION_CLOSED', 'NOT_CONNECTED', 'SEND_FAILED'])

/**
 * What an error of the SDK means for a call. A refusal in JSON-RPC comes from a server that is alive: it carries
 * `details.answered`, and is not worth a repetition, but for an internal error. A connection that broke may be there
 * again later. Of an HTTP status, a network code and a Retry-After the core judges.
 */
export function remoteFailure(error: unknown): ToolFailure {
  if (isFailure(error)) return error
  const code: unknown = isRecord(error) ? error.code : undefined
  if (isClosed(error)) return connectionLost(error)
  if (isRpcError(error) && typeof code === 'number')
    return rpcFailure({ code, message: messageOf(error), cause: error })
  if (isSessionGone(error)) return sessionGone(error)
  const status = httpStatus(error)
  return toolFailure({
    message: messageOf(error),
    // only an answer that the client could not read is worth no second try
    ...(code === 'INVALID_RESULT' || code === 'UNSUPPORTED_RESULT_TYPE' ? { retryable: false } : undefined),
    ...(isTimeout(error) ? { retryable: true } : undefined),
    ...(status === undefined ? undefined : { status }),
    cause: error,
  })
}

/** A JSON-RPC error as a server sends it. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly cause?: unknown
}

/** What a JSON-RPC error means for a call. */
export function rpcFailure({ code, message, cause }: RpcError): ToolFailure {
  return toolFailure({
    message: message.replace(/^MCP error -?\d+: /, '').slice(0, longestMessage),
    retryable: code === internalError,
    blame: code === invalidParams ? 'caller' : 'backend',
    // a server that fails inside is as unwell as one that answers 500
    details: { rpcCode: code, ...(code === internalError ? undefined : { answered: true }) },
    ...(code === urlElicitation ? { hint: 'The user has to open a page first; ask for that.' } : undefined),
    cause,
  })
}

/** The failure of a call whose connection ended before its answer: nobody knows whether it ran. */
export function connectionLost(cause?: unknown): ToolFailure {
  return toolFailure({
    message: 'The connection to the MCP server was lost before it answered.',
    retryable: true,
    details: { connection: 'lost' },
    // the error of a later attempt to reach it would say that this call was never sent
    ...(isClosed(cause) ? { cause } : undefined),
  })
}

/** No 4xx of its own: the arguments are not to blame. */
function sessionGone(error: unknown): ToolFailure {
  return toolFailure({
    message: 'The MCP server does not know the session of this client any more.',
    retryable: false,
    details: { session: 'gone', answer: messageOf(error) },
  })
}

/** Whether nobody is reached over this connection any more, whatever is asked. */
export function isUnreachable(error: unknown): boolean {
  return isClosed(error) || isSessionGone(error) || causesOf(error).some((link) => link.code === 'ECONNREFUSED')
}

/** Whether a server refused a request without having run it, because it knows the client's session no more. */
export function isSessionGone(error: unknown): boolean {
  const status = httpStatus(error)
  return status === 404 || (status === 400 && /session/i.test(messageOf(error)))
}

function isClosed(error: unknown): boolean {
  if (!isRecord(error)) return false
  if (closedCodes.has(error.code)) return true
  const message = messageOf(error)
  if (message === 'Not connected') return true
  return error.name === 'McpError' && error.code === connectionClosed && message.endsWith(': Connection closed')
}

/** Version 1 has one class for what a server says and for its own time limit: only the words tell. */
function isTimeout(error: unknown): boolean {
  if (!isRecord(error)) return false
  return (
    error.code === 'REQUEST_TIMEOUT' || (error.name === 'McpError' && messageOf(error).endsWith(': Request timed out'))
  )
}

function isRpcError(error: unknown): boolean {
  return isRecord(error) && (error.name === 'McpError' || error.name === 'ProtocolError') && !isTimeout(error)
}

function httpStatus(error: unknown): number | undefined {
  if (!isRecord(error) || isRpcError(error)) return undefined
  if (error.name === 'UnauthorizedError') return 401
  // version 1 has the status as the code
  const status = error.status ?? error.code
  return typeof status === 'number' && status >= 100 && status < 600 ? status : undefined
}

function isFailure(error: unknown): error is ToolFailure {
  return error instanceof Error && error.name === 'ToolFailure'
}

function causesOf(error: unknown): readonly Readonly<Record<string, unknown>>[] {
  const links: Readonly<Record<string, unknown>>[] = []
  for (let link = error; isRecord(link) && links.length < 8; link = link.cause) links.push(link)
  return links
}

function messageOf(error: unknown): string {
  const message = isRecord(error) ? error.message : error
  return typeof message === 'string' && message !== '' ? message.slice(0, longestMessage) : 'The MCP client failed.'
}
