import { redactText } from '../errors/redact.ts'
import { secretHint } from '../errors/text/secret-names.ts'
import { type KeyView, RedactedJson } from './redacted-json.ts'

/** What is taken out of texts and values beside what Headrace takes out by itself. */
export interface RedactionRules {
  /** Members whose value is masked whatever it is: a name in any case, or a pattern that is found in it. */
  readonly keys?: readonly (string | RegExp)[] | undefined
  /** Takes secrets out of a text, after Headrace has. One that throws, or gives no text, masks it whole. */
  readonly text?: ((text: string) => string) | undefined
}

/** Takes secrets out of what is written down. */
export interface Redactor {
  /** The text without what looks like a secret, cut at 4,000 characters with a note of how many more there were. */
  text(text: string): string
  /**
   * A copy of the value as plain JSON, without what looks like a secret: in its texts, and in members whose name is a
   * secret's. What is no plain JSON is described in words, such as `[Map of 3]`. Texts of 64,000 characters together,
   * 5,000 values and 16 levels are copied; the rest is told in a note. The value is never changed; never throws.
   */
  value(value: unknown): unknown
  /** The same as canonical JSON text. */
  json(value: unknown): string
}

const mask = '[redacted]'
const maxTextLength = 4000
/** What is looked at beyond the cut, so that a secret that reaches over it is seen whole. */
const overlap = 256
const maxKeyLength = 200
const maxKnownKeys = 2000

/** Makes a {@link Redactor}; `rules` come on top of the default ones. */
export function createRedactor(rules: RedactionRules = {}): Redactor {
  const text = textRedactor(rules.text)
  const keyView = keyReader(rules.keys ?? [], text)
  const json = (value: unknown): string => new RedactedJson(text, keyView).write(value, undefined)
  return { text, json, value: (value) => JSON.parse(json(value)) as unknown }
}

function textRedactor(more: RedactionRules['text']): (text: string) => string {
  const redact = more === undefined ? redactText : (text: string): string => redactFurther(redactText(text), more)
  return (text) => {
    if (text.length <= maxTextLength) return redact(text)
    const shown = redact(text.slice(0, maxTextLength + overlap)).slice(0, maxTextLength)
    return `${shown.toWellFormed()}… [${text.length - maxTextLength} more characters]`
  }
}

function redactFurther(text: string, more: (text: string) => string): string {
  try {
    const redacted: unknown = more(text)
    return typeof redacted === 'string' ? redacted : mask
  } catch {
    return mask
  }
}

/** The names of members are few and come again and again. */
function keyReader(rules: readonly (string | RegExp)[], text: (text: string) => string): (key: string) => KeyView {
  const isListed = keyMatcher(rules)
  const known = new Map<string, KeyView>()
  return (key) => {
    let view = known.get(key)
    if (view === undefined) {
      const shown = text(key.length <= maxKeyLength ? key : `${key.slice(0, maxKeyLength).toWellFormed()}…`)
      view = { shown, hint: isListed(key) ? 'mask' : secretHint(key) }
      if (known.size >= maxKnownKeys) known.clear()
      if (key.length <= maxKeyLength) known.set(key, view)
    }
    return view
  }
}

function keyMatcher(rules: readonly (string | RegExp)[]): (key: string) => boolean {
  const names = new Set(rules.filter((rule) => typeof rule === 'string').map((name) => name.toLowerCase()))
  // a pattern that remembers where it stopped would miss every second name
  const patterns = rules
    .filter((rule) => typeof rule !== 'string')
    .map(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, '')))
  return (key) => names.has(key.toLowerCase()) || patterns.some((pattern) => pattern.test(key))
}
