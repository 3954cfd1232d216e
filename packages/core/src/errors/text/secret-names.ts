/** Names whose value is a secret wherever they stand: parts of regular expressions, for any case. */
export const strongNames: string =
  '(?:password|passwd|passphrase|secret(?!ar)|credential)[\\w-]{0,32}|pwd|jwt|[-_](?:auth|pass)|[-_a-z]token|' +
  '(?:api|access|private|account|shared|signing|master|auth|encryption|ssh)[-_ ]?key'
/** Names that prose uses too, as in `unknown key: city`. */
export const weakNames = 'key|token|auth|pass|signature|sig'
/** Headers whose values hold several words. */
export const lineNames = 'authorization|cookie'

const strongEnd = new RegExp(`(?:${strongNames}|(?:${lineNames})s?|token)\\d{0,3}$`, 'i')
const weakEnd = new RegExp(`(?:${strongNames}|${weakNames})s?\\d{0,3}$`, 'i')
const noSecret = /^(?:|null|true|false|undefined|none)$/i
/** How much of a name is looked at: its end decides. */
const longestName = 64

/** How a name speaks for its value being a secret: surely, or where the value looks like one. */
export type SecretHint = 'secret' | 'perhaps'

/** What the name of a member says about its value; undefined where it says nothing. */
export function secretHint(name: string): SecretHint | undefined {
  const end = name.slice(-longestName)
  return strongEnd.test(end) ? 'secret' : weakEnd.test(end) ? 'perhaps' : undefined
}

/** Whether a value is one of the few words that stand where no secret is. */
export function isNoSecret(value: string): boolean {
  return noSecret.test(value)
}

/** Whether the value of a name that only perhaps has a secret looks like one. */
export function looksSecret(value: string): boolean {
  return value.length >= 16 || (value.length >= 6 && /\d/.test(value))
}
