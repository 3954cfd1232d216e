import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { MessageRun } from './message-run.ts'

/** Tells which run of the SDK a function is called in. */
export interface RunWatch {
  /** Undefined outside of a run, and in one that the SDK does not tell of. */
  current(): MessageRun | undefined
}

/** What the SDK publishes, as far as it is read. */
interface SdkMessage {
  readonly type?: unknown
}

let shared: RunWatch | undefined

/**
 * Follows the runs of the SDK on its diagnostics channel, `ai:telemetry`. A tool is told of the beginning of its calls and
 * not of the end of the message, and the channel tells of that, however the message ends. It is the process's, and so is
 * the one subscription, which begins here and never ends.
 */
export function watchRuns(): RunWatch {
  shared ??= createRunWatch()
  return shared
}

function createRunWatch(): RunWatch {
  const current = new AsyncLocalStorage<MessageRun | undefined>()
  const runs = new WeakMap<object, MessageRun>()
  const enter = (message: SdkMessage): MessageRun | undefined => {
    const { type } = message
    const isRun = type === 'streamText' || type === 'generateText'
    const run = isRun ? new MessageRun(type === 'streamText') : current.getStore()
    if (run && (isRun || type === 'step')) runs.set(message, run)
    return run
  }
  const channel = tracingChannel<MessageRun | undefined, SdkMessage>('ai:telemetry')
  channel.start.bindStore(current, enter)
  channel.asyncEnd.subscribe((message) => runs.get(message as SdkMessage)?.endStep())
  return { current: () => current.getStore() }
}
