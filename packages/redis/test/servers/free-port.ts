import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the range that Linux takes ports of outgoing connections from: nobody takes a server's port while it restarts.
const lowest = 10_000
const highest = 32_000
const tries = 5

/** A port of loopback on which nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await canListen(port)) return port
  }
}

/** Starts something on a free port, on another one where somebody took it in the meantime. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === tries || !String(error).includes('Address already in use')) throw error
    }
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
