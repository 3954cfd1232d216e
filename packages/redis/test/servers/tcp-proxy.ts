import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy in front of a server that does to connections what a network does. */
export interface TcpProxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** `redis://host:port`. */
  readonly url: string
  /** Connections of clients that are open now. */
  readonly connections: number
  /** Holds each answer back for so long, in order; 0 ends it. */
  delay(ms: number): void
  /** Takes bytes and connections and answers nothing. */
  blackHole(): void
  /** Resets the connection of the next answer, after the first half of it. */
  cut(): void
  /** Resets all connections and refuses new ones. */
  refuse(): Promise<void>
  /** Ends every fault. Connections that have lost bytes are reset: they can only go on wrongly. */
  heal(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  lostBytes: boolean
}

const host = '127.0.0.1'

/** Starts a proxy on a free port of loopback. */
export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  const reset = (pair: Pair): void => {
    pairs.delete(pair)
    pair.client.resetAndDestroy()
    pair.server.destroy()
  }
  let delayMs = 0
  let isHole = false
  let cutNext = false

  const forward = (pair: Pair, bytes: Buffer): void => {
    if (isHole) {
      pair.lostBytes = true
    } else if (cutNext) {
      cutNext = false
      pair.client.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reset(pair))
    } else {
      pair.client.write(bytes)
    }
  }
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ ...target, noDelay: true })
    const pair: Pair = { client, server, lostBytes: false }
    pairs.add(pair)
    client.on('data', (bytes) => {
      if (isHole) pair.lostBytes = true
      else server.write(bytes)
    })
    server.on(
      'data',
      inOrder(
        (bytes) => pairs.has(pair) && forward(pair, bytes),
        () => delayMs,
      ),
    )
    for (const socket of [client, server]) {
      socket.unref()
      socket.on('error', () => reset(pair)).on('close', () => reset(pair))
    }
  })
  listener.unref()
  const listen = async (port: number): Promise<number> => {
    await once(listener.listen(port, host), 'listening')
    return (listener.address() as AddressInfo).port
  }
  const refuse = async (): Promise<void> => {
    const closed = listener.listening ? once(listener.close(), 'close') : undefined
    for (const pair of pairs) reset(pair)
    await closed
  }

  const port = await listen(0)
  return {
    host,
    port,
    url: `redis://${host}:${port}`,
    get connections() {
      return pairs.size
    },
    delay: (ms) => {
      delayMs = ms
    },
    blackHole: () => {
      isHole = true
    },
    cut: () => {
      cutNext = true
    },
    refuse,
    heal: async () => {
      delayMs = 0
      isHole = false
      cutNext = false
      for (const pair of pairs) if (pair.lostBytes) reset(pair)
      if (!listener.listening) await listen(port)
    },
    [Symbol.asyncDispose]: refuse,
  }
}

/** Hands things on after a delay, in their order, whatever the delay becomes and however timers are rounded. */
function inOrder<T>(handOn: (item: T) => void, delayMs: () => number): (item: T) => void {
  const waiting: { readonly item: T; readonly dueAt: number }[] = []
  const next = (): void => {
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      const waitMs = head.dueAt - performance.now()
      if (waitMs > 0) return void setTimeout(next, Math.ceil(waitMs)).unref()
      waiting.shift()
      handOn(head.item)
    }
  }
  return (item) => {
    waiting.push({ item, dueAt: performance.now() + delayMs() })
    if (waiting.length === 1) next()
  }
}
