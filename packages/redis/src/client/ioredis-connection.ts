import type { Cluster, Redis } from 'ioredis'
import { batchWrites } from './batch-writes.ts'
import { ConnectionState } from './connection-state.ts'
import { connectListener, disconnect } from './ioredis-instances.ts'
import { late, PendingCall } from './pending-call.ts'
import type {
  RedisArgument,
  RedisClient,
  RedisReply,
  RedisScript,
  RedisScriptInput,
  RedisSubscriber,
} from './redis-client.ts'
import { RedisError, replyWordOf, safeText } from './redis-error.ts'
import { Subscriptions } from './subscriptions.ts'
import { TimeLimit } from './time-limit.ts'

/** What an {@link IoredisConnection} is made with. */
export interface IoredisConnectionParts {
  readonly commandTimeoutMs: number
  /** What no message may carry. */
  readonly secrets: readonly string[]
  /** How long an attempt to connect may take, of what was opened here and so is closed here. */
  readonly connectTimeoutMs?: number | undefined
}

type Send = (name: string, args: readonly (string | number | Buffer)[]) => Promise<unknown>

/** The port over ioredis, of one server or a Cluster. */
export class IoredisConnection implements RedisClient {
  readonly isCluster: boolean
  readonly #redis: Redis | Cluster
  readonly #send: Send
  readonly #parts: IoredisConnectionParts
  readonly #subscriptions: Subscriptions
  readonly #limit: TimeLimit
  /** Of what was opened here. While the first attempt to connect is under way, calls wait for it. */
  readonly #state: ConnectionState | undefined
  /** Calls that wait for an answer, given up or not. */
  #underWay = 0
  #isClosed = false

  constructor(redis: Redis | Cluster, parts: IoredisConnectionParts) {
    this.isCluster = 'nodes' in redis
    this.#redis = redis
    this.#parts = parts
    this.#limit = new TimeLimit(parts.commandTimeoutMs)
    // ioredis copies the arguments
    const call: (name: string, args: (string | number | Buffer)[]) => Promise<unknown> = redis.call.bind(redis)
    const isOwned = parts.connectTimeoutMs !== undefined
    const prepare = isOwned && !('nodes' in redis) ? batchWrites(redis) : undefined
    this.#send = (name, args) => {
      prepare?.(this.#underWay)
      return call(name, args as (string | number | Buffer)[])
    }
    this.#subscriptions = new Subscriptions(() => connectListener(redis))
    if (parts.connectTimeoutMs !== undefined) this.#state = new ConnectionState(redis, parts.connectTimeoutMs)
  }

  command(name: string, args: readonly RedisArgument[]): Promise<RedisReply> {
    const words = toWords(args)
    return this.#call(name, () => this.#send(name, words))
  }

  run(script: RedisScript, { keys, args }: RedisScriptInput): Promise<RedisReply> {
    const words = [keys.length, ...keys, ...toWords(args)]
    return this.#call('script', (call) =>
      this.#send('EVALSHA', [script.sha, ...words]).catch((error: unknown) => {
        if (call.isOver || replyWordOf(error) !== 'NOSCRIPT') throw error
        return this.#send('EVAL', [script.text, ...words])
      }),
    )
  }

  subscribe(channel: string, subscriber: RedisSubscriber): () => void {
    if (this.#isClosed) return () => {}
    return this.#subscriptions.add(channel, subscriber)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#subscriptions.close()
    if (this.#state !== undefined) await disconnect(this.#redis, this.#parts.commandTimeoutMs)
    this.#limit.close()
  }

  /** One promise and no timer of its own: this is on the way of every hit. */
  #call(name: string, send: (call: PendingCall) => Promise<unknown>): Promise<RedisReply> {
    if (this.#isClosed) return Promise.reject(new RedisError('closed', 'The Redis client was closed'))
    const opening = this.#state?.opening
    return new Promise((resolve, reject) => {
      const call = new PendingCall(resolve, (error) => reject(this.#errorOf(name, error)))
      this.#limit.add(call)
      const answer = opening === undefined ? send(call) : opening.then(() => (call.isOver ? undefined : send(call)))
      this.#underWay += 1
      answer.then(
        (reply) => {
          this.#underWay -= 1
          this.#limit.remove(call)
          call.answered(reply)
        },
        (error: unknown) => {
          this.#underWay -= 1
          this.#limit.remove(call)
          call.failed(error)
        },
      )
    })
  }

  #errorOf(name: string, error: unknown): RedisError {
    const { secrets, commandTimeoutMs } = this.#parts
    if (error === late && !this.#isClosed)
      return new RedisError('timeout', `Redis gave no answer to ${name} within ${commandTimeoutMs} ms`)
    const reply = replyWordOf(error)
    if (reply === 'READONLY') this.#state?.leaves(error)
    if (reply !== undefined) return new RedisError('reply', `Redis: ${safeText(error, secrets)}`, reply)
    if (this.#isClosed) return new RedisError('closed', 'The Redis client was closed')
    const cause = this.#state?.reason
    const why = cause === undefined ? '' : ` (${safeText(cause, secrets)})`
    return new RedisError('away', `Redis is not connected, or was cut off before it answered ${name}${why}`)
  }
}

/** Bytes as ioredis takes them; most calls have none. */
function toWords(args: readonly RedisArgument[]): readonly (string | number | Buffer)[] {
  return args.every(isWord) ? args : args.map(toWord)
}

function isWord(argument: RedisArgument): argument is string | number | Buffer {
  return typeof argument !== 'object' || Buffer.isBuffer(argument)
}

function toWord(argument: RedisArgument): string | number | Buffer {
  if (isWord(argument)) return argument
  return Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength)
}
