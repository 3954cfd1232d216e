import { redactText } from '../errors/redact.ts'
import { isNoSecret, looksSecret, type SecretHint, secretHint } from '../errors/text/secret-names.ts'
import { describeOddity } from './describe-oddity.ts'

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
}

const mask = '[redacted]'
const maxTextLength = 4000
/** What is looked at beyond the cut, so that a secret that reaches over it is seen whole. */
const overlap = 256
const maxDepth = 16
const maxValues = 5000
const maxCharacters = 64_000
const maxKeyLength = 200
const maxKnownKeys = 2000

/** Makes a {@link Redactor}; `rules` come on top of the default ones. */
export function createRedactor(rules: RedactionRules = {}): Redactor {
  const text = textRedactor(rules.text)
  const keyView = keyReader(rules.keys ?? [], text)
  return {
    text,
    value: (value) => new Copier(text, keyView).copy(value, undefined),
  }
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

/** A member's name as it is written down, and what it says of the value. */
interface KeyView {
  readonly shown: string
  readonly hint: SecretHint | 'mask' | undefined
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

/** One copy of one value. */
class Copier {
  readonly #text: (text: string) => string
  readonly #keyView: (key: string) => KeyView
  /** What the value being copied is a part of. */
  readonly #parents: object[] = []
  #values = 0
  #characters = 0

  constructor(text: (text: string) => string, keyView: (key: string) => KeyView) {
    this.#text = text
    this.#keyView = keyView
  }

  copy(value: unknown, hint: KeyView['hint']): unknown {
    this.#values += 1
    if (hint !== undefined && this.#isSecret(value, hint)) return mask
    if (typeof value === 'string') return this.#copyText(value)
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value
    if (typeof value !== 'object') return describeOddity(value, this.#text)
    try {
      return this.#copyObject(value, hint)
    } catch {
      // a getter or a proxy threw
      return '[unreadable]'
    }
  }

  #isSecret(value: unknown, hint: SecretHint | 'mask'): boolean {
    if (hint === 'mask') return true
    if (hint === 'perhaps') return typeof value === 'string' && looksSecret(value)
    if (typeof value === 'string') return !isNoSecret(value)
    return typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'object' && value !== null)
  }

  #copyText(text: string): string {
    const room = maxCharacters - this.#characters
    if (room <= 0 && text !== '') return `[${text.length} characters]`
    this.#characters += text.length
    return this.#text(text)
  }

  #copyObject(value: object, hint: KeyView['hint']): unknown {
    const parents = this.#parents
    const isList = Array.isArray(value)
    if (!isList && !isPlainObject(value)) return describeOddity(value, this.#text)
    if (parents.includes(value)) return '[circular]'
    if (parents.length >= maxDepth) return isList ? `[array of ${value.length}]` : '[object]'
    const depth = parents.push(value)
    try {
      return isList ? this.#copyList(value, hint) : this.#copyMembers(value)
    } finally {
      parents.length = depth - 1
    }
  }

  #copyList(list: readonly unknown[], hint: KeyView['hint']): unknown[] {
    const copied: unknown[] = []
    for (let index = 0; index < list.length; index += 1) {
      if (this.#values < maxValues) copied.push(this.copy(list[index], hint))
      else return [...copied, `[${list.length - index} more]`]
    }
    return copied
  }

  #copyMembers(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const copied: Record<string, unknown> = {}
    const keys = Object.keys(object)
    for (let index = 0; index < keys.length; index += 1) {
      if (this.#values >= maxValues) return { ...copied, '…': `[${keys.length - index} more]` }
      const key = keys[index] ?? ''
      const member = object[key]
      if (member === undefined) continue
      const { shown, hint } = this.#keyView(key)
      this.#characters += key.length
      const name = Object.hasOwn(copied, shown) ? `${shown} #${index}` : shown
      const value = this.copy(member, hint)
      // Assigning to it would set the prototype.
      if (name === '__proto__') Object.defineProperty(copied, name, { value, enumerable: true })
      else copied[name] = value
    }
    return copied
  }
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
