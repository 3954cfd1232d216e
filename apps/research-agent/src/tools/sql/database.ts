import { Worker } from 'node:worker_threads'
import type { InstalledPackage } from '../../project/installed-package.ts'
import type { QueryResult, StatementFault, StatementMessage, ThreadMessage } from './thread-messages.ts'

/** A statement that PostgreSQL refused. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  readonly fault: StatementFault

  constructor(fault: StatementFault) {
    super(fault.message)
    this.fault = fault
  }
}

export interface QueryOptions {
  readonly maxRows: number
  /** Ends the statement, and with it the thread that runs it; the next one gets a new thread. */
  readonly signal?: AbortSignal | undefined
}

/** An embedded PostgreSQL, filled with the packages of a project. One statement runs at a time. */
export interface Database {
  /** Resolves when the tables are filled. */
  ready(): Promise<void>
  /** Runs one query, and nothing that writes. Rejects with a StatementError, or with the signal's reason. */
  query(sql: string, options: QueryOptions): Promise<QueryResult>
  close(): Promise<void>
}

interface Thread {
  readonly worker: Worker
  readonly ready: Promise<void>
}

/** Starts the database. */
export function openDatabase(packages: readonly InstalledPackage[]): Database {
  let thread: Thread | undefined = startThread(packages)
  let last: Promise<unknown> = thread.ready
  let statements = 0
  let isClosed = false

  const run = async (sql: string, { maxRows, signal }: QueryOptions): Promise<QueryResult> => {
    signal?.throwIfAborted()
    if (isClosed) throw new Error('the database was closed')
    thread ??= startThread(packages)
    const current = thread
    statements += 1
    const message: StatementMessage = { id: statements, sql, maxRows }
    try {
      return await orAbort(
        signal,
        current.ready.then(() => answerTo(current.worker, message)),
      )
    } catch (error) {
      if (error instanceof StatementError) throw error
      thread = undefined // It still computes: nothing but its end stops it.
      await current.worker.terminate()
      throw error
    }
  }

  return {
    ready: async () => thread?.ready,
    query(sql, options) {
      const result = last.then(() => run(sql, options))
      last = result.catch(() => {})
      return result
    },
    async close() {
      isClosed = true
      await thread?.worker.terminate()
    },
  }
}

function startThread(packages: readonly InstalledPackage[]): Thread {
  const worker = new Worker(new URL('database-thread.ts', import.meta.url), { workerData: { packages } })
  worker.setMaxListeners(0)
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the database was closed')))
  })
  ready.catch(() => {}) // Who waits for it is told; where nobody does, there is nobody to tell.
  return { worker, ready }
}

function answerTo(worker: Worker, statement: StatementMessage): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: ThreadMessage): void => {
      if (message.type === 'ready' || message.id !== statement.id) return
      worker.off('message', onMessage)
      if (message.type === 'result') resolve(message.result)
      else reject(new StatementError(message.fault))
    }
    worker.on('message', onMessage)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the database was closed')))
    worker.postMessage(statement)
  })
}

function orAbort<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
