import type { Redis } from 'ioredis'
import { reconnectDelay } from './connection-options.ts'
import type { RedisSubscriber } from './redis-client.ts'

/** How often a connection that only listens is asked whether it still stands, in milliseconds. */
const pingMs = 5_000

/** Subscriptions over one connection, which is there as long as there are any, and is made anew where it is lost. */
export class Subscriptions {
  /** Makes a connection to any server that hears what is published; undefined where none is known now. */
  readonly #connect: () => Redis | undefined
  readonly #subscribers = new Map<string, Set<RedisSubscriber>>()
  #connection: Redis | undefined = undefined
  #retry: NodeJS.Timeout | undefined = undefined
  #ping: NodeJS.Timeout | undefined = undefined
  #attempts = 0

  constructor(connect: () => Redis | undefined) {
    this.#connect = connect
  }

  add(channel: string, subscriber: RedisSubscriber): () => void {
    const own: RedisSubscriber = {
      onMessage: (message) => subscriber.onMessage(message),
      onReady: () => subscriber.onReady?.(),
    }
    const others = this.#subscribers.get(channel)
    if (others === undefined) this.#subscribers.set(channel, new Set([own]))
    else others.add(own)
    if (this.#connection === undefined) {
      if (this.#retry === undefined) this.#open()
    } else if (this.#connection.status === 'ready') this.#subscribe(this.#connection, [channel], own)
    return () => this.#remove(channel, own)
  }

  close(): void {
    this.#subscribers.clear()
    this.#end()
  }

  #remove(channel: string, subscriber: RedisSubscriber): void {
    const others = this.#subscribers.get(channel)
    if (others?.delete(subscriber) !== true || others.size > 0) return
    this.#subscribers.delete(channel)
    if (this.#subscribers.size === 0) this.#end()
    else this.#connection?.unsubscribe(channel).catch(ignore)
  }

  #open(): void {
    const connection = this.#connect()
    this.#connection = connection
    if (connection === undefined) return this.#openLater()
    connection.on('error', ignore)
    connection.on('ready', () => {
      this.#attempts = 0
      this.#subscribe(connection, [...this.#subscribers.keys()])
      this.#watch(connection)
    })
    connection.on('message', (channel: string, message: string) => {
      for (const subscriber of [...(this.#subscribers.get(channel) ?? [])]) tell(() => subscriber.onMessage(message))
    })
    connection.on('end', () => {
      if (this.#connection === connection) this.#openLater()
    })
  }

  #openLater(): void {
    this.#forget()
    this.#attempts += 1
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined
        this.#open()
      },
      reconnectDelay(this.#attempts, Math.random),
    )
  }

  /** Tells those who listen, or one of them, as soon as the server has said yes. */
  #subscribe(connection: Redis, channels: readonly string[], only?: RedisSubscriber): void {
    connection.subscribe(...channels).then(
      () => {
        for (const channel of channels) {
          for (const subscriber of [...(this.#subscribers.get(channel) ?? [])]) {
            if (only === undefined || only === subscriber) tell(() => subscriber.onReady?.())
          }
        }
      },
      () => connection.disconnect(),
    )
  }

  /** Without traffic a connection whose other end has vanished looks like any other. */
  #watch(connection: Redis): void {
    this.#ping = setInterval(() => connection.ping().catch(() => connection.disconnect()), pingMs).unref()
  }

  #forget(): void {
    clearInterval(this.#ping)
    clearTimeout(this.#retry)
    this.#connection = this.#retry = undefined
  }

  #end(): void {
    const connection = this.#connection
    this.#forget()
    connection?.disconnect()
  }
}

function tell(run: () => void): void {
  try {
    run()
  } catch {
    // the listener's own fault, and no other listener's loss
  }
}

function ignore(): void {}
