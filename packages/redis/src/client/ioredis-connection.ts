import type { Cluster, Redis } from 'ioredis'
import { batchWrites } from './batch-writes.ts'
import { connectionOptions } from './connection-options.ts'
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
import { type Pending, TimeLimit } from './time-limit.ts'
import { toReply } from './to-reply.ts'

/** What an {@link IoredisConnection} is made with. */
export interface IoredisConnectionParts {
  readonly commandTimeoutMs: number
  /** What no message may carry. */
  readonly secrets: readonly string[]
  /** It was opened here, so it is closed here. */
  readonly isOwned: boolean
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
  /** While the first attempt to connect is under way, calls wait for it. */
  #opening: Promise<void> | undefined
  /** Why the connection is away, as far as it is known. */
  #lastError: unknown = undefined
  /** What the server says to whoever has not logged in: it hangs up on a long command without a word. */
  #refusal: unknown = undefined
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
    const prepare = parts.isOwned && !('nodes' in redis) ? batchWrites(redis) : undefined
    this.#send = (name, args) => {
      prepare?.(this.#underWay)
      return call(name, args as (string | number | Buffer)[])
    }
    this.#subscriptions = new Subscriptions(() => connectListener(redis))
    if (parts.isOwned) this.#opening = this.#open()
  }

  command(name: string, args: readonly RedisArgument[]): Promise<RedisReply> {
    const words = toWords(args)
    return this.#call(name, () => this.#send(name, words))
  }

  run(script: RedisScript, { keys, args }: RedisScriptInput): Promise<RedisReply> {
    const words = [keys.length, ...keys, ...toWords(args)]
    const again = (error: unknown): Promise<unknown> => {
      if (replyWordOf(error) !== 'NOSCRIPT') throw error
      return this.#send('EVAL', [script.text, ...words])
    }
    return this.#call('script', () => this.#send('EVALSHA', [script.sha, ...words]).catch(again))
  }

  subscribe(channel: string, subscriber: RedisSubscriber): () => void {
    if (this.#isClosed) return () => {}
    return this.#subscriptions.add(channel, subscriber)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#subscriptions.close()
    const redis = this.#redis
    if (!this.#parts.isOwned || redis.status === 'end') return this.#limit.close()
    const ended = new Promise<void>((resolve) => {
      redis.once('end', resolve)
      this.#limit.add({ giveUp: resolve })
    })
    redis.disconnect()
    await ended
    this.#limit.close()
  }

  /** One promise and no timer of its own: this is on the way of every hit. */
  #call(name: string, send: () => Promise<unknown>): Promise<RedisReply> {
    if (this.#isClosed) return Promise.reject(new RedisError('closed', 'The Redis client was closed'))
    const opening = this.#opening
    return new Promise((resolve, reject) => {
      const call = new Call(resolve, (error) => reject(this.#errorOf(name, error)))
      this.#limit.add(call)
      const answer = opening === undefined ? send() : opening.then(send)
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
    if (error === late)
      return new RedisError('timeout', `Redis gave no answer to ${name} within ${commandTimeoutMs} ms`)
    const reply = replyWordOf(error)
    // the connection is made anew then
    if (reply === 'READONLY') this.#lastError = error
    if (reply !== undefined) return new RedisError('reply', `Redis: ${safeText(error, secrets)}`, reply)
    if (this.#isClosed) return new RedisError('closed', 'The Redis client was closed')
    const cause = this.#refusal ?? this.#lastError
    const why = cause === undefined ? '' : ` (${safeText(cause, secrets)})`
    return new RedisError('away', `Redis is not connected, or was cut off before it answered ${name}${why}`)
  }

  /** Ends with the first attempt to connect, however it ends. */
  #open(): Promise<void> {
    const redis = this.#redis
    redis.on('error', (error: unknown) => {
      this.#lastError = error
    })
    return new Promise((resolve) => {
      const end = (): void => {
        this.#opening = undefined
        resolve()
      }
      let nodes: Promise<void> | undefined
      redis.on('ready', () => {
        this.#lastError = undefined
        nodes ??= connectNodes(redis)
        void Promise.all([nodes, this.#checkLogIn()]).then(end)
      })
      for (const event of ['close', 'end']) redis.once(event, end)
    })
  }

  /** Asks with a command that is short enough to be refused with a reason. A Cluster was asked for its slots already. */
  async #checkLogIn(): Promise<void> {
    if (this.isCluster) return
    try {
      await this.#redis.call('PING')
      this.#refusal = undefined
    } catch (error) {
      this.#refusal = replyWordOf(error) === 'NOAUTH' ? error : undefined
    }
  }
}

/** What a call fails with whose time is over. */
const late = Symbol('late')

/** A call that is answered, fails or is given up: once. */
class Call implements Pending {
  #resolve: ((reply: RedisReply) => void) | undefined
  #reject: ((error: unknown) => void) | undefined

  constructor(resolve: (reply: RedisReply) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  answered(reply: unknown): void {
    this.#resolve?.(toReply(reply))
    this.#resolve = this.#reject = undefined
  }

  failed(error: unknown): void {
    this.#reject?.(error)
    this.#resolve = this.#reject = undefined
  }

  giveUp(): void {
    this.failed(late)
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

/** A Cluster connects to a server when it is first asked, and what is asked meanwhile fails: so all are connected to now. */
async function connectNodes(redis: Redis | Cluster): Promise<void> {
  if (!('nodes' in redis)) return
  const connect = async (node: Redis): Promise<void> => {
    if (node.status === 'wait') await node.connect().catch(() => {})
  }
  redis.on('+node', connect)
  await Promise.all(redis.nodes('master').map(connect))
}

/** What is published in a Cluster is heard at each of its servers. */
function connectListener(redis: Redis | Cluster): Redis | undefined {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis]
  const node = nodes[Math.floor(Math.random() * nodes.length)]
  return node?.duplicate({
    ...connectionOptions,
    replyMapping: 'legacy',
    enableOfflineQueue: false,
    lazyConnect: false,
    readOnly: false,
    retryStrategy: () => null,
  })
}
