import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import type { Telemetry } from 'ai'
import { MessageRun, type OpenRuns } from './message-run.ts'

/** Tells which run of the SDK a function is called in. */
export interface RunWatch {
  /** Undefined outside of a run, and in one that the SDK does not tell of. */
  current(): MessageRun | undefined
}

/** What the SDK publishes, as far as it is read. */
interface SdkMessage {
  readonly type?: unknown
  readonly event?: { readonly callId?: unknown }
}

let shared: RunWatch | undefined

/**
 * Follows the runs of the SDK. A tool is told of the beginning of its calls and not of the end of the message; the SDK's
 * diagnostics channel, `ai:telemetry`, tells of the end of each step, and its telemetry of a connection that broke. Both are
 * the process's, and so is what listens to them: it is there once, from the first call on, and for good.
 */
export function watchRuns(): RunWatch {
  shared ??= createRunWatch()
  return shared
}

function createRunWatch(): RunWatch {
  const current = new AsyncLocalStorage<MessageRun | undefined>()
  const runs = new WeakMap<object, MessageRun>()
  const open: OpenRuns = new Map()
  const channel = tracingChannel<MessageRun | undefined, SdkMessage>('ai:telemetry')
  channel.start.bindStore(current, (message) => {
    const run = startedRun(message, open) ?? current.getStore()
    if (run && isEnding(message)) runs.set(message, run)
    return run
  })
  channel.asyncEnd.subscribe((message) => runs.get(message as object)?.endStep())
  listen({ onError: (event) => open.get(callIdOf(event))?.endStep() })
  return { current: () => current.getStore() }
}

function startedRun({ type, event }: SdkMessage, open: OpenRuns): MessageRun | undefined {
  if (type !== 'streamText' && type !== 'generateText') return undefined
  return new MessageRun(String(event?.callId), { isStream: type === 'streamText', open })
}

/** Whether calls that nobody has asked for by its end are not wanted. */
function isEnding({ type }: SdkMessage): boolean {
  return type === 'step' || type === 'streamText'
}

/** What `registerTelemetry` does, which older versions of the SDK do not have. */
function listen(telemetry: Telemetry): void {
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS ??= []
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS.push(telemetry)
}

function callIdOf(event: unknown): string {
  return typeof event === 'object' && event !== null && 'callId' in event ? String(event.callId) : ''
}
