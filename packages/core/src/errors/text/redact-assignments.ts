import { readValue } from './assigned-value.ts'

const mask = '[redacted]'

/** Names whose value is a secret wherever they stand. */
const strong =
  '(?:password|passwd|passphrase|secret(?!ar)|credential)[\\w-]{0,32}|pwd|jwt|[-_](?:token|auth)|' +
  '(?:api|access|private|account|shared|signing|master|auth|encryption|ssh)[-_ ]?key|' +
  '(?:access|auth|refresh|id|session|bearer)token'
/** Names that prose uses too, as in `unknown key: city`. */
const weak = 'key|token|auth|pass|signature|sig'
/** Headers whose values hold several words. */
const lines = 'authorization|cookie'
const assignment = new RegExp(
  `(?:(${strong})|(${weak})|(${lines}))\\d{0,3}(\\\\{0,4}["'\`]?)\\s{0,8}(=>?|:)\\s{0,8}`,
  'gi',
)
const masked = /[([{]*\[redacted\]/y
const noSecret = /^(?:|null|true|false|undefined|none)$/i

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
    const value = readValue(text, start, match[3] !== undefined && match[5] === ':')
    if (!isSecret(match, text.slice(value.start, value.end))) continue
    shown += text.slice(done, value.start) + mask
    done = value.end
    assignment.lastIndex = done
  }
  return shown + text.slice(done)
}

function isSecret([, , weakName, , quote, sign]: RegExpExecArray, value: string): boolean {
  if (noSecret.test(value)) return false
  if (weakName === undefined || sign !== ':') return true
  if (quote !== '' && weakName.toLowerCase() === 'token') return true
  return value.length >= 16 || (value.length >= 6 && /\d/.test(value))
}
