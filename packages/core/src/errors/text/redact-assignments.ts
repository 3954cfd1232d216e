import { readList, readValue } from './assigned-value.ts'
import { isNoSecret, lineNames, looksSecret, strongNames, weakNames } from './secret-names.ts'

const mask = '[redacted]'

const assignment = new RegExp(
  `(?:(${strongNames})|(${weakNames})|(${lineNames}))\\d{0,3}(\\\\{0,4}["'\`]?|%22)]?\\s{0,8}(:=|==?|:|%3[ad])(?:[|>][-+]?|\\s){0,8}`,
  'gi',
)
const masked = /[([{]*\[redacted\]/y

/**
 * Masks what is assigned to names that look like a secret's: `name=value`, `name: value`, JSON and JSON inside of
 * JSON. Takes linear time: a value that is masked is not walked again, and one that is not is short.
 */
export function redactAssignments(text: string): string {
  let shown = ''
  let done = 0
  assignment.lastIndex = 0
  for (let match = assignment.exec(text); match !== null; match = assignment.exec(text)) {
    const start = match.index + match[0].length
    masked.lastIndex = start
    if (masked.test(text)) continue
    const value =
      (match[2] === undefined && readList(text, start)) ||
      readValue(text, start, match[3] !== undefined && match[5] === ':')
    if (!isSecret(match, text.slice(value.start, value.end))) continue
    shown += text.slice(done, value.start) + mask
    done = value.end
    assignment.lastIndex = done
  }
  return shown + text.slice(done)
}

function isSecret([, , weakName, , quote, sign]: RegExpExecArray, value: string): boolean {
  if (isNoSecret(value)) return false
  if (weakName === undefined || sign !== ':') return true
  if (quote !== '' && /^(?:token|pass)$/i.test(weakName) && /\D/.test(value)) return true
  return looksSecret(value)
}
