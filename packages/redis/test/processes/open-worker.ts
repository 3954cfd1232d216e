import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LimitRequest } from '@headrace/core'
import type { Contention, ContentionResult } from './contend-for-permits.ts'
import type { CallLoad, CallLoadResult } from './run-calls.ts'

/** What a worker can be told to do. */
export type Order =
  | { readonly do: 'wait' }
  | { readonly do: 'admit'; readonly key: string; readonly count: number }
  | { readonly do: 'acquire'; readonly requests: readonly LimitRequest[]; readonly count: number }
  | ({ readonly do: 'contend' } & Omit<Contention, 'client' | 'limiter'>)
  | ({ readonly do: 'run' } & Omit<CallLoad, 'limiter'>)

/** Another process with a breaker store and a limiter on the same server. */
export interface Worker extends AsyncDisposable {
  /** Asks a breaker for admission so often at once; gives the probes. */
  admit(key: string, count: number): Promise<readonly string[]>
  /** Asks a limiter so often at once; gives the leases. */
  acquire(requests: readonly LimitRequest[], count: number): Promise<readonly string[]>
  contend(contention: Omit<Contention, 'client' | 'limiter'>): Promise<ContentionResult>
  run(load: Omit<CallLoad, 'limiter'>): Promise<CallLoadResult>
  /** Ends it at once (SIGKILL): it says goodbye to nobody. */
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('worker.ts', import.meta.url))

/** Starts a worker and waits until it can be told what to do. */
export async function openWorker(url: string, prefix: string): Promise<Worker> {
  const child = fork(program, [url, prefix], { execArgv: ['--conditions=@headrace/source'], stdio: 'inherit' })
  const exited = once(child, 'exit')
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  child.on('message', (reply: { readonly id: number; readonly value?: unknown; readonly error?: string }) => {
    const one = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.error === undefined) one?.resolve(reply.value)
    else one?.reject(new Error(reply.error))
  })
  let orders = 0
  const tell = (order: Order): Promise<unknown> => {
    orders += 1
    const answer = Promise.withResolvers<unknown>()
    waiting.set(orders, answer)
    child.send({ id: orders, order })
    return answer.promise
  }
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  await tell({ do: 'wait' })
  return {
    admit: async (key, count) => (await tell({ do: 'admit', key, count })) as readonly string[],
    acquire: async (requests, count) => (await tell({ do: 'acquire', requests, count })) as readonly string[],
    contend: async (contention) => (await tell({ do: 'contend', ...contention })) as ContentionResult,
    run: async (load) => (await tell({ do: 'run', ...load })) as CallLoadResult,
    kill,
    [Symbol.asyncDispose]: kill,
  }
}
