/**
 * Why a call of Redis failed: `timeout`, no answer in time, and it may still be carried out; `away`, there is no
 * connection, or it was lost before the answer; `closed`, the client was closed; `reply`, the server answered with an error.
 */
export type RedisErrorCode = 'timeout' | 'away' | 'closed' | 'reply'

/** A call of Redis has failed. Neither its message nor anything else of it carries arguments or credentials. */
export class RedisError extends Error {
  override readonly name = 'RedisError'
  readonly code: RedisErrorCode
  /** The first word of the server's error, such as `WRONGTYPE` or `READONLY`. */
  readonly reply: string | undefined

  constructor(code: RedisErrorCode, message: string, reply?: string) {
    super(message)
    this.code = code
    this.reply = reply
  }
}

const credentials = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi
/** A server repeats what it was sent: keys and values. */
const repeated = /,? with args beginning with:.*$/s

/** Makes the text of somebody else's error fit to be shown: without the secrets, without arguments, and short. */
export function safeText(error: unknown, secrets: readonly string[]): string {
  let text = textOf(error).replace(credentials, '$1[redacted]@').replace(repeated, '')
  for (const secret of secrets) text = text.replaceAll(secret, '[redacted]')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function textOf(error: unknown): string {
  // what Node gives when every address of a host refuses has no message of its own
  if (error instanceof AggregateError && error.message === '') return error.errors.map(textOf).join('; ')
  if (!(error instanceof Error)) return String(error)
  // of a Cluster that could not be asked ioredis gives the reason apart
  if (!('lastNodeError' in error)) return error.message
  return `${error.message.replace(/\.$/, '')}: ${textOf(error.lastNodeError)}`
}

const replyWord = /^[A-Z][A-Z0-9_]*(?= |$)/
/** How ioredis passes on what a server said when it has followed a slot for long enough. */
const redirected = /^Too many Cluster redirections\. Last error: ReplyError: /

/** The first word of an error that a server sent; undefined for an error of the client. */
export function replyWordOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const said = error.message.replace(redirected, '')
  if (error.name !== 'ReplyError' && said === error.message) return undefined
  return replyWord.exec(said)?.[0] ?? 'ERR'
}
