import type { Telemetry } from 'ai'
import { MessageInFlight } from './message-in-flight.ts'

/** Tells of the messages that models write now. */
export interface MessageWatch {
  /**
   * The message of a step, of which a tool knows nothing but the array of messages that the SDK has made for it. Undefined
   * where the SDK does not tell of the step.
   */
  of(messages: object): MessageInFlight | undefined
}

let watch: MessageWatch | undefined

/**
 * Follows the steps of the SDK. A tool is told of the beginning of its calls and not of the end of the message; the SDK's
 * telemetry tells of both. That is the process's, and so is what listens to it: it is there once, from the first call on,
 * and for good.
 */
export function watchMessages(): MessageWatch {
  watch ??= createMessageWatch()
  return watch
}

function createMessageWatch(): MessageWatch {
  const steps = new WeakMap<object, MessageInFlight>()
  /** Arrays that runs have at the same time: their calls could be taken for each other's, so none starts early. */
  const shared = new WeakSet<object>()
  const runs = createRuns()
  const end = (event: unknown): void => runs.take(field(event, 'callId'))?.end()
  listen({
    onStepStart(event) {
      const messages: unknown = field(event, 'messages')
      if (typeof messages !== 'object' || messages === null) return
      const known = steps.get(messages)
      if (known && !known.hasEnded) shared.add(messages)
      if (shared.has(messages)) {
        known?.end()
        return
      }
      const message = new MessageInFlight()
      steps.set(messages, message)
      runs.set(field(event, 'callId'), message)
    },
    onLanguageModelCallEnd(event) {
      const { finishReason } = event
      const message = runs.get(field(event, 'callId'))
      if (finishReason === 'stop' || finishReason === 'tool-calls') message?.close()
      else message?.end()
    },
    onStepEnd: end,
    onStepError: end,
    onAbort: end,
    onError: end,
  })
  return { of: (messages) => steps.get(messages) }
}

interface Runs {
  get(id: unknown): MessageInFlight | undefined
  set(id: unknown, message: MessageInFlight): void
  /** Gives it, and forgets it. */
  take(id: unknown): MessageInFlight | undefined
}

/** The step in which each run is. A run that is never read to its end is forgotten with its messages. */
function createRuns(): Runs {
  const runs = new Map<unknown, WeakRef<MessageInFlight>>()
  const lost = new FinalizationRegistry<unknown>((id) => {
    if (runs.get(id)?.deref() === undefined) runs.delete(id)
  })
  const get = (id: unknown): MessageInFlight | undefined => runs.get(id)?.deref()
  return {
    get,
    set(id, message) {
      runs.set(id, new WeakRef(message))
      lost.register(message, id)
    },
    take(id) {
      const message = get(id)
      runs.delete(id)
      return message
    },
  }
}

/** What `registerTelemetry` does, which older versions of the SDK do not have. */
function listen(telemetry: Telemetry): void {
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS ??= []
  globalThis.AI_SDK_TELEMETRY_INTEGRATIONS.push(telemetry)
}

function field(event: unknown, key: string): unknown {
  return typeof event === 'object' && event !== null ? Reflect.get(event, key) : undefined
}
