import type { RedactionRules } from '@headrace/core'
import type { MeterProvider, TracerProvider } from '@opentelemetry/api'

/** Which spans there are inside the span of a call. */
export interface SpanOptions {
  /** One for each run of the tool: what the tool does is a child of it. */
  readonly attempts?: boolean | undefined
  /** One for each wait in a queue. */
  readonly queue?: boolean | undefined
}

/** Options of `openTelemetry`. */
export interface OpenTelemetryOptions {
  /** Where spans go; to the global provider by default, as soon as there is one. */
  readonly tracerProvider?: TracerProvider | undefined
  /** Where metrics go; to the global provider by default, as soon as there is one. */
  readonly meterProvider?: MeterProvider | undefined
  /** `gen_ai.agent.name` of spans and of `gen_ai.execute_tool.duration`. */
  readonly agentName?: string | undefined
  /** `true` by default: one span for each call. `false` where another library has one for the same calls already. */
  readonly spans?: boolean | SpanOptions | undefined
  /** What is written of the content of calls, redacted: nothing by default. */
  readonly capture?: { readonly arguments?: boolean | undefined; readonly result?: boolean | undefined } | undefined
  /** What is redacted beside what looks like a secret. */
  readonly redact?: RedactionRules | undefined
  /** Keys of queues and breakers that have series of their own, first come first; the others share one. 200 by default. */
  readonly maxKeys?: number | undefined
}

/** What the options come to. */
export interface ResolvedOptions {
  readonly tracerProvider: TracerProvider | undefined
  readonly meterProvider: MeterProvider | undefined
  readonly agentName: string | undefined
  readonly hasSpans: boolean
  readonly hasAttemptSpans: boolean
  readonly hasQueueSpans: boolean
  readonly capturesArguments: boolean
  readonly capturesResult: boolean
  readonly redact: RedactionRules | undefined
  readonly maxKeys: number
}

const known = ['tracerProvider', 'meterProvider', 'agentName', 'spans', 'capture', 'redact', 'maxKeys']

/** Throws where an option makes no sense, with its name and what it takes. */
export function resolveOptions(options: OpenTelemetryOptions): ResolvedOptions {
  checkMembers('the options', options, known)
  const { tracerProvider, meterProvider, agentName, spans = true, capture = {}, redact, maxKeys = 200 } = options
  checkProvider('tracerProvider', tracerProvider, 'getTracer')
  checkProvider('meterProvider', meterProvider, 'getMeter')
  if (agentName !== undefined && (typeof agentName !== 'string' || agentName === '')) {
    refuse('agentName must be a text that is not empty')
  }
  if (!Number.isInteger(maxKeys) || maxKeys < 0) refuse('maxKeys must be an integer >= 0')
  if (typeof spans !== 'boolean') checkFlags('spans', spans, ['attempts', 'queue'])
  checkFlags('capture', capture, ['arguments', 'result'])
  if (redact !== undefined) checkRules(redact)
  const inside = typeof spans === 'boolean' ? {} : spans
  return {
    tracerProvider,
    meterProvider,
    agentName,
    hasSpans: spans !== false,
    hasAttemptSpans: inside.attempts ?? false,
    hasQueueSpans: inside.queue ?? false,
    capturesArguments: capture.arguments ?? false,
    capturesResult: capture.result ?? false,
    redact,
    maxKeys,
  }
}

function checkFlags(name: string, given: object, members: readonly string[]): void {
  checkMembers(name, given, members)
  for (const [member, value] of Object.entries(given)) {
    if (value !== undefined && typeof value !== 'boolean') refuse(`${name}.${member} must be true or false`)
  }
}

function checkRules(redact: RedactionRules): void {
  checkMembers('redact', redact, ['keys', 'text'])
  const { keys = [], text } = redact
  const isRule = (key: unknown): boolean => typeof key === 'string' || key instanceof RegExp
  if (!Array.isArray(keys) || !keys.every(isRule)) refuse('redact.keys must be a list of names and patterns')
  if (text !== undefined && typeof text !== 'function') refuse('redact.text must be a function')
}

function checkMembers(name: string, given: unknown, members: readonly string[]): void {
  if (typeof given !== 'object' || given === null) refuse(`${name} must be an object`)
  const unknown = Object.keys(given).find((key) => !members.includes(key))
  if (unknown !== undefined) refuse(`unknown option '${unknown}' in ${name}; known are ${members.join(', ')}`)
}

function checkProvider(name: string, given: unknown, method: string): void {
  if (given === undefined) return
  const isProvider = typeof given === 'object' && given !== null && method in given
  if (!isProvider) refuse(`${name} must be a provider of OpenTelemetry, with ${method}()`)
}

function refuse(why: string): never {
  throw new TypeError(`openTelemetry: ${why}`)
}
