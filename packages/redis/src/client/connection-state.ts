import type { Cluster, Redis } from 'ioredis'
import { connectNodes } from './ioredis-instances.ts'
import { replyWordOf } from './redis-error.ts'

/** In how many parts the time of the first attempt is counted: an event loop that was blocked loses one, not all. */
const parts = 10

/** Whether the first attempt to connect of what was opened here is under way, and why the connection is away. */
export class ConnectionState {
  readonly #redis: Redis | Cluster
  #opening: Promise<void> | undefined
  #endOpening: (() => void) | undefined = undefined
  #lastError: unknown = undefined
  /** What the last sentinel said that was of no use. */
  #sentinelError: unknown = undefined
  /** What the server says to whoever has not logged in: it hangs up on a long command without a word. */
  #refusal: unknown = undefined

  constructor(redis: Redis | Cluster, connectTimeoutMs: number) {
    this.#redis = redis
    this.#opening = new Promise((resolve) => {
      this.#endOpening = resolve
    })
    this.#listen()
    // nothing of ioredis ends where somebody takes the connection and says nothing
    let left = parts
    const counting = setInterval(() => {
      left -= 1
      if (left === 0) this.#opened()
      if (this.#opening === undefined) clearInterval(counting)
    }, connectTimeoutMs / parts).unref()
  }

  /** Ends with the first attempt to connect, however it ends; undefined from then on. */
  get opening(): Promise<void> | undefined {
    return this.#opening
  }

  /** Why the connection is away, as far as it is known. */
  get reason(): unknown {
    return this.#refusal ?? this.#lastError
  }

  /** The connection is made anew after this error. */
  leaves(error: unknown): void {
    this.#lastError = error
  }

  #listen(): void {
    const redis = this.#redis
    let nodes: Promise<void> | undefined
    let isRefused = false
    redis.on('connect', () => {
      isRefused = false
    })
    redis.on('error', (error: unknown) => {
      this.#lastError = isOfSentinels(error) ? (this.#sentinelError ?? error) : error
      if (isOfSelect(error) && !('nodes' in redis)) {
        isRefused = true
        this.#lastError = refusedDatabase(error, redis.options.db)
      }
      this.#opened()
    })
    redis.on('sentinelError', (error: unknown) => {
      this.#sentinelError = error
    })
    redis.on('ready', () => {
      // of a database that it did not get ioredis makes no more than an error
      if (isRefused) return
      this.#lastError = this.#sentinelError = undefined
      nodes ??= connectNodes(redis)
      void Promise.all([nodes, this.#checkLogIn()]).then(() => this.#opened())
    })
    for (const event of ['close', 'end']) redis.once(event, () => this.#opened())
  }

  #opened(): void {
    this.#opening = undefined
    this.#endOpening?.()
  }

  /** Asks with a command that is short enough to be refused with a reason. A Cluster was asked for its slots already. */
  async #checkLogIn(): Promise<void> {
    if ('nodes' in this.#redis) return
    try {
      await this.#redis.call('PING')
      this.#refusal = undefined
    } catch (error) {
      this.#refusal = replyWordOf(error) === 'NOAUTH' ? error : undefined
    }
  }
}

/** Whether a server has refused to choose the database of a connection, which is at database 0 then. */
export function isOfSelect(error: unknown): error is Error {
  if (!(error instanceof Error) || replyWordOf(error) === undefined || !('command' in error)) return false
  const { name } = (error.command ?? {}) as { readonly name?: unknown }
  return name === 'select'
}

function refusedDatabase(error: Error, db: unknown): Error {
  // whoever may not choose at all is told why already
  if (replyWordOf(error) !== 'ERR') return error
  return new Error(
    `database ${String(db)} was refused: ${error.message}; db, or the number at the end of the url, has to be one of the ` +
      "server's, from 0 to below its setting databases, 16 as it comes, and only 0 in a Cluster",
  )
}

function isOfSentinels(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('All sentinels are unreachable')
}
