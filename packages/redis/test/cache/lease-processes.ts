import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('lease-worker.ts', import.meta.url))

/** Starts a process that works with leases, as its own comment says. */
export function startLeaseWorker(...args: readonly string[]): ChildProcess {
  return fork(program, [...args], { execArgv: ['--conditions=@headrace/source'], stdio: 'inherit' })
}

/** The next thing that the process tells. */
export async function told(worker: ChildProcess): Promise<unknown> {
  const [message]: unknown[] = await once(worker, 'message')
  return message
}
