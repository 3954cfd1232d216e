const { setTimeout: setRealTimer } = globalThis
const graceMs = 20

/**
 * Does work in which something throws where nobody can catch it, and keeps that from the test runner. Only errors of
 * listeners are thrown so: they are reported, in one way or another, after the work.
 */
export async function withUncaught(work: () => Promise<void>): Promise<void> {
  const event = 'uncaughtException'
  const others = process.listeners(event)
  process.removeAllListeners(event)
  process.on(event, ignore)
  try {
    await work()
    await new Promise((resolve) => void setRealTimer(resolve, graceMs))
  } finally {
    process.off(event, ignore)
    for (const listener of others) process.on(event, listener)
  }
}

function ignore(): void {}
