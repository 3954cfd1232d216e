import { isNoSecret, looksSecret, type SecretHint } from '../errors/text/secret-names.ts'
import { isPlainObject, quoteJson, sortKeys } from '../json/plain-json.ts'
import { describeOddity } from './describe-oddity.ts'

/** A member's name as it is written down, and what it says of the value. */
export interface KeyView {
  readonly shown: string
  readonly hint: KeyHint
}

/** `mask`: by a rule of the user's, whatever the value is. */
type KeyHint = SecretHint | 'mask' | undefined

const mask = '"[redacted]"'
const maxDepth = 16
const maxValues = 5000
const maxCharacters = 64_000

/**
 * Writes one value as canonical JSON without its secrets, in one walk: to copy it first and write the copy then takes
 * twice the time, and this is done for every call.
 */
export class RedactedJson {
  readonly #text: (text: string) => string
  readonly #keyView: (key: string) => KeyView
  /** What the value that is written now is a part of. */
  readonly #parents: object[] = []
  #values = 0
  #characters = 0

  constructor(text: (text: string) => string, keyView: (key: string) => KeyView) {
    this.#text = text
    this.#keyView = keyView
  }

  write(value: unknown, hint: KeyHint): string {
    this.#values += 1
    if (hint !== undefined && isSecret(value, hint)) return mask
    if (typeof value === 'string') return quoteJson(this.#shorten(value))
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value)
    if (typeof value !== 'object') return quoteJson(describeOddity(value, this.#text))
    try {
      return this.#writeObject(value, hint)
    } catch {
      // a getter or a proxy threw
      return '"[unreadable]"'
    }
  }

  #shorten(text: string): string {
    if (this.#characters >= maxCharacters && text !== '') return `[${text.length} characters]`
    this.#characters += text.length
    return this.#text(text)
  }

  #writeObject(value: object, hint: KeyHint): string {
    const parents = this.#parents
    const isList = Array.isArray(value)
    if (!isList && !isPlainObject(value)) return quoteJson(describeOddity(value, this.#text))
    if (parents.includes(value)) return '"[circular]"'
    if (parents.length >= maxDepth) return isList ? `"[array of ${value.length}]"` : '"[object]"'
    const depth = parents.push(value)
    try {
      return isList ? this.#writeList(value, hint) : this.#writeMembers(value)
    } finally {
      parents.length = depth - 1
    }
  }

  #writeList(list: readonly unknown[], hint: KeyHint): string {
    let text = ''
    for (let index = 0; index < list.length; index += 1) {
      const comma = index === 0 ? '' : ','
      if (this.#values >= maxValues) return `[${text}${comma}"[${list.length - index} more]"]`
      text += comma + this.write(list[index], hint)
    }
    return `[${text}]`
  }

  #writeMembers(object: Readonly<Record<string, unknown>>): string {
    const [values, characters] = [this.#values, this.#characters]
    const keys = sortKeys(Object.keys(object))
    let text = ''
    for (const key of keys) {
      const member = object[key]
      if (member === undefined) continue
      const { shown, hint } = this.#keyView(key)
      if (shown !== key || this.#values >= maxValues) {
        this.#values = values
        this.#characters = characters
        return this.#writeRenamed(object, keys)
      }
      this.#characters += key.length
      text += `${text === '' ? '' : ','}${quoteJson(key)}:${this.write(member, hint)}`
    }
    return `{${text}}`
  }

  /** For an object that is not shown with all its keys as they are: those that are shown have an order of their own. */
  #writeRenamed(object: Readonly<Record<string, unknown>>, keys: readonly string[]): string {
    const members = new Map<string, string>()
    for (const [index, key] of keys.entries()) {
      if (this.#values >= maxValues) {
        members.set('…', `"[${keys.length - index} more]"`)
        break
      }
      const { shown, hint } = this.#keyView(key)
      const name = members.has(shown) ? `${shown} #${index}` : shown
      if (object[key] !== undefined) members.set(name, this.write(object[key], hint))
    }
    const names = sortKeys([...members.keys()])
    return `{${names.map((name) => `${quoteJson(name)}:${members.get(name)}`).join(',')}}`
  }
}

function isSecret(value: unknown, hint: SecretHint | 'mask'): boolean {
  if (hint === 'mask') return true
  if (hint === 'perhaps') return typeof value === 'string' && looksSecret(value)
  if (typeof value === 'string') return !isNoSecret(value)
  return typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'object' && value !== null)
}
