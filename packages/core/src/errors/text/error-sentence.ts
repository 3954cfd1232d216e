import { readProperty, readText } from '../safe-read.ts'
import type { ErrorView } from './error-view.ts'
import { plainText, quotedText } from './tool-text.ts'

/** How long the sentence gets, a tool's own text included. */
const longest = 500
const longestName = 128

/** One plain sentence for what happened, and a second for a tool's own text or for side effects that are unknown. */
export function errorSentence(error: ErrorView): string {
  const tool = toolName(error)
  switch (error.code) {
    case 'TOOL_NOT_FOUND':
      return `There is no tool named ${tool}.`
    case 'ARGUMENTS_INVALID':
      return argumentsSentence(error, tool)
    case 'OUTPUT_INVALID':
      return `${tool} ran, but its result is not what it promises to give.`
    case 'EXECUTION_FAILED':
      if (readProperty(error.details, 'audit') === 'unavailable')
        return `${tool} was not called: it cannot be recorded now.`
      return withText(`${tool} failed${facts(error.details)}`, "The tool's own text", error.message)
    case 'TIMEOUT':
      return `${tool} gave no result in the time it is given.${sideEffects(error)}`
    case 'DEADLINE_EXCEEDED':
      return `The time for this call to ${tool} ran out.${sideEffects(error)}`
    case 'REPEATED_CALL':
      return withText(`This same call to ${tool} has failed ${howOften(error)}`, 'The last error was', lastError(error))
    case 'APPROVAL_DENIED':
      return withText(`This call to ${tool} was not approved`, 'The reason given', readText(error.details, 'reason'))
    default:
      return rejection(error, tool)
  }
}

/** What is wrong with them is told issue by issue, where it is known so. */
function argumentsSentence(error: ErrorView, tool: string): string {
  const issues = readProperty(error.details, 'issues')
  const text = Array.isArray(issues) && issues.length > 0 ? undefined : error.message
  return withText(`The arguments are not what ${tool} takes`, 'It was found that', text)
}

/** The tool's name, which a model may have made up, in single quotes. */
export function toolName(error: ErrorView): string {
  return `'${plainText(error.tool, longestName).replaceAll("'", '')}'`
}

function rejection(error: ErrorView, tool: string): string {
  switch (error.code) {
    case 'CIRCUIT_OPEN':
      return readProperty(error.details, 'state') === 'isolated'
        ? `${tool} was switched off for now.`
        : `${tool} takes no calls for now, because its last ones failed.`
    case 'RATE_LIMITED':
      return `${tool} has been called too often.`
    case 'QUEUE_FULL':
      return `Too many calls wait for ${tool} already.`
    case 'QUEUE_TIMEOUT':
      return `This call waited too long for its turn with ${tool}.`
    case 'TOOL_STUCK':
      return `Earlier calls to ${tool} do not end, so no new one is started.`
    case 'IDEMPOTENCY_CONFLICT':
      return `Another call to ${tool} with other arguments has the same idempotency key.`
    case 'OUTCOME_UNKNOWN':
      return `This call to ${tool} was interrupted: it may have taken effect, or not.`
    default:
      return 'No more calls are taken.'
  }
}

function withText(sentence: string, introduction: string, text: string | undefined): string {
  if (text === undefined || text === '') return `${sentence}.`
  const before = `${sentence}. ${introduction}: `
  return before + quotedText(text, longest - before.length)
}

function facts(details: ErrorView['details']): string {
  const status = readProperty(details, 'status')
  const code = readText(details, 'code')
  const known = [
    ...(typeof status === 'number' ? [`HTTP ${status}`] : []),
    ...(code === undefined ? [] : [plainText(code, 60)]),
  ]
  return known.length === 0 ? '' : ` (${known.join(', ')})`
}

function sideEffects(error: ErrorView): string {
  const unknown = readProperty(error.details, 'sideEffects') === 'unknown'
  return unknown ? ' Its side effects are unknown: it may have taken effect, or may still do.' : ''
}

function howOften({ details }: ErrorView): string {
  const count = readProperty(details, 'count')
  if (typeof count !== 'number') return 'again and again'
  return count === 1 ? 'before' : `${count} times`
}

function lastError({ cause, details }: ErrorView): string | undefined {
  const code = readText(cause, 'code')
  const message = readText(cause, 'message')
  if (message === undefined) return readText(details, 'lastError')
  return code === undefined ? message : `${code}: ${message}`
}
