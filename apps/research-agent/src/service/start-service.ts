import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Project } from '../project/scan-project.ts'
import type { Ledger } from './ledger.ts'
import type { ServiceMessage, ServiceStart } from './service-messages.ts'

/** How long the service is given to end before it is killed. */
const stopWaitMs = 1000

/** The metadata service, running in a process of its own. */
export interface Service {
  readonly url: string
  readonly processId: number | undefined
  /** What it did so far. */
  ledger(): Promise<Ledger>
  /** Ends the process; resolves when it is gone. May be called again. */
  stop(): Promise<void>
}

export interface StartServiceOptions {
  readonly project: Project
  readonly seed: number
  readonly outage?: ServiceStart['outage']
}

/** Starts the metadata service on a free port of the loopback interface. */
export async function startService({ project, seed, outage }: StartServiceOptions): Promise<Service> {
  const child = fork(fileURLToPath(new URL('service-process.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const stop = stopper(child)
  try {
    const start: ServiceStart = { project: project.directory, packages: project.packages, seed, outage }
    const port = await portOf(child, start)
    const url = `http://127.0.0.1:${port}`
    const ledger = async (): Promise<Ledger> => (await fetch(`${url}/ledger`)).json() as Promise<Ledger>
    return { url, processId: child.pid, ledger, stop }
  } catch (cause) {
    await stop()
    throw new Error('the metadata service did not start', { cause })
  }
}

function portOf(child: ChildProcess, start: ServiceStart): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: ServiceMessage) => {
      if (message.type === 'listening') resolve(message.port)
      else reject(new Error(message.message))
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`it ended with exit code ${code}`)))
    child.send(start, (error) => {
      if (error) reject(error)
    })
  })
}

function stopper(child: ChildProcess): () => Promise<void> {
  const gone = once(child, 'close').catch(() => {})
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWaitMs)
    await gone
    clearTimeout(timer)
  }
}
