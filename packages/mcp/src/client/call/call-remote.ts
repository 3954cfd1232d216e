import type { CallContext, ProgressUpdate } from '@headrace/core'
import { isRecord } from '../../content/mcp-content.ts'
import type { Connection } from '../connection/connection.ts'
import type { RequestOptions } from '../connection/mcp-client.ts'
import type { Peer } from '../connection/peer.ts'
import { followTask } from '../tasks/follow-task.ts'
import { taskIn } from '../tasks/task-state.ts'
import type { RemoteTool } from '../tools/list-remote-tools.ts'
import { readResult } from './read-result.ts'

/** The longest time that a timer takes. */
const longestMs = 2 ** 31 - 1
/** Headrace's own limits come first; the SDK's is there for a signal that nobody hears. */
const spareMs = 1000
const traceKeys = ['traceparent', 'tracestate', 'baggage'] as const

/** A tool of a server, and the way to it. */
export interface CallTarget {
  readonly connection: Connection
  readonly remote: RemoteTool
  readonly trace: (() => Readonly<Record<string, string>>) | undefined
}

/** Calls a server's tool, and gives its output, however long the server takes and in whatever form it answers. */
export async function callRemote(
  { connection, remote, trace }: CallTarget,
  input: unknown,
  context: CallContext,
): Promise<unknown> {
  const meta = traceOf(trace)
  const answer = await connection.run(context.signal, (peer, signal) => {
    const options: RequestOptions = {
      signal,
      timeout: Math.min(context.remainingMs() + spareMs, longestMs),
      onprogress: (progress) => context.progress(progressOf(progress)),
    }
    return start(peer, { remote, input, meta }, options)
  })
  const task = taskIn(answer)
  return readResult(task === undefined ? answer : await followTask(connection, task, context))
}

interface Start {
  readonly remote: RemoteTool
  readonly input: unknown
  readonly meta: Readonly<Record<string, string>>
}

function start(peer: Peer, { remote, input, meta }: Start, options: RequestOptions): ReturnType<Peer['callTool']> {
  const { name, inputSchema, taskSupport } = remote
  if (taskSupport === 'required' && peer.tasks === 'experimental') {
    return peer.request('tools/call', { name, arguments: input, task: {}, _meta: meta }, options)
  }
  return peer.callTool({ name, arguments: input, meta, inputSchema }, options)
}

/** A trace that cannot be told is no reason to fail a call. */
function traceOf(trace: CallTarget['trace']): Record<string, string> {
  const meta: Record<string, string> = {}
  try {
    const context: unknown = trace?.()
    if (!isRecord(context)) return meta
    for (const key of traceKeys) {
      const value = context[key]
      if (typeof value === 'string' && value !== '') meta[key] = value
    }
  } catch {
    return {}
  }
  return meta
}

function progressOf(told: unknown): ProgressUpdate {
  const { progress, total, message } = isRecord(told) ? told : {}
  return {
    ...(typeof progress === 'number' ? { progress } : undefined),
    ...(typeof total === 'number' ? { total } : undefined),
    ...(typeof message === 'string' ? { message } : undefined),
  }
}
