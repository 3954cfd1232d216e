/** A part of a command: text, a number written in decimal, or bytes. */
export type RedisArgument = string | number | Uint8Array

/**
 * A reply as Redis itself knows it: text, a whole number, nothing, or a list. Maps are flat lists, fractions text, as in
 * RESP2; a status is text. Errors inside a list are their text.
 */
export type RedisReply = string | number | null | readonly RedisReply[]

/** A Lua script and the name that a server keeps it under. Made once by `redisScript`. */
export interface RedisScript {
  readonly text: string
  /** SHA-1 of the text, in lower-case hex. */
  readonly sha: string
}

/** What a script is run with. */
export interface RedisScriptInput {
  /** Every key that the script touches; in a Cluster all of them in one slot. */
  readonly keys: readonly string[]
  readonly args: readonly RedisArgument[]
}

/** Who listens to a channel. What one throws reaches nobody. */
export interface RedisSubscriber {
  /** Something was published. */
  onMessage(message: string): void
  /**
   * The subscription stands, for the first time or again after its connection was lost: what was published before was
   * perhaps not heard.
   */
  onReady?(): void
}

/**
 * What the adapters of this package need of a Redis client, and nothing more. Calls that do not wait for one another are
 * pipelined in their order, on one connection, or one for each server of a Cluster.
 *
 * A call rejects with a `RedisError`, at once where the server is away and within the client's time limit otherwise. It is
 * sent once, except where the server has said that it did nothing: a script unknown to it, a slot that moved. A call whose
 * time was over before it was sent is never sent: whoever gave it up may have undone what it would do.
 */
export interface RedisClient {
  /** Keys are spread over servers by their `{hash tag}`. */
  readonly isCluster: boolean
  /** Sends a command. In a Cluster its first argument is its key, which decides on the server. */
  command(name: string, args: readonly RedisArgument[]): Promise<RedisReply>
  /** Runs a script: by its name, and by its text where the server does not know it. */
  run(script: RedisScript, input: RedisScriptInput): Promise<RedisReply>
  /**
   * Listens to a channel, on a connection of its own that is there as long as anybody listens and comes back by itself.
   * Gives the function that ends it.
   */
  subscribe(channel: string, subscriber: RedisSubscriber): () => void
  /** Ends the connections that were opened, and all that waits for an answer; more than once is fine. */
  close(): Promise<void>
}
