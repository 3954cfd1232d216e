import { type CallResult, CancelReason, type Redactor, type StartedCall, type ToolError } from '@headrace/core'
import type { Attributes } from '@opentelemetry/api'
import { attribute } from './attribute.ts'

const maxDescription = 1024
const maxId = 256
const maxName = 128
/** Arguments as text are read up to here, to redact them by their names. */
const maxJson = 65_536

/** The attributes with which the span of a call begins: those by which a sampler may decide. */
export function startAttributes(call: StartedCall, redactor: Redactor, agentName: string | undefined): Attributes {
  const attributes: Attributes = {
    [attribute.operation]: 'execute_tool',
    [attribute.tool]: call.description === undefined ? cut(redactor.text(call.tool), maxName) : call.tool,
    [attribute.toolType]: 'function',
  }
  if (agentName !== undefined) attributes[attribute.agent] = agentName
  return attributes
}

/** What else is told of a call at its start, where its span is recorded: to redact it costs time. */
export function detailAttributes(call: StartedCall, redactor: Redactor, capturesArguments: boolean): Attributes {
  const attributes: Attributes = { [attribute.callId]: cut(redactor.text(call.callId), maxId) }
  if (call.description !== undefined) attributes[attribute.description] = cut(call.description, maxDescription)
  if (capturesArguments) attributes[attribute.arguments] = argumentsText(call.arguments, redactor)
  return attributes
}

/** The attributes with which it ends. */
export function endAttributes(result: CallResult, redactor: Redactor, capturesResult: boolean): Attributes {
  const { attempts, queuedMs, cache, degraded } = result.meta
  const attributes: Attributes = { [attribute.outcome]: result.status, [attribute.attempts]: attempts }
  if (queuedMs > 0) attributes[attribute.queueWait] = queuedMs / 1000
  if (degraded === true) attributes[attribute.isDegraded] = true
  if (cache !== undefined) {
    attributes[attribute.cacheLayer] = cache.layer
    attributes[attribute.cacheAge] = cache.ageMs / 1000
    if (cache.similarity !== undefined) attributes[attribute.cacheSimilarity] = cache.similarity
  }
  if (result.status === 'error') attributes[attribute.errorType] = result.error.code
  if (result.status === 'cancelled' && result.reason instanceof CancelReason) {
    attributes[attribute.cancelKind] = result.reason.kind
  }
  if (result.status === 'ok' && capturesResult && result.output !== undefined) {
    attributes[attribute.result] = redactor.json(result.output)
  }
  return attributes
}

/** What is told of an error: its code, and its message without what looks like a secret. */
export function errorAttributes(error: ToolError, redactor: Redactor): Attributes {
  return { [attribute.errorType]: error.code, [attribute.errorMessage]: redactor.text(error.message) }
}

/** JSON text of a model is read first: only then do the names in it tell what is a secret. */
function argumentsText(given: unknown, redactor: Redactor): string {
  if (typeof given !== 'string') return redactor.json(given ?? {})
  if (given.length > maxJson) return `[text of ${given.length} characters]`
  try {
    return redactor.json(JSON.parse(given === '' ? '{}' : given))
  } catch {
    return redactor.text(given)
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`
}
