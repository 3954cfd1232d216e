import type { Redactor } from '@headrace/core'
import { other } from './attribute.ts'

const maxLength = 128

/** Keys of queues and breakers as attributes of metrics: a bounded number of them, each of bounded length. */
export class KeyLabels {
  readonly #max: number
  readonly #redactor: Redactor
  readonly #labels = new Map<string, string>()
  /** Those of all who write to the same meter. */
  readonly #taken: Set<string>

  constructor(max: number, redactor: Redactor, taken: Set<string>) {
    this.#max = max
    this.#redactor = redactor
    this.#taken = taken
  }

  /** The same for the same key, always: the key itself for the first ones, one label for all others. */
  of(key: string): string {
    const known = this.#labels.get(key)
    if (known !== undefined) return known
    if (this.#labels.size >= this.#max) return other
    const label = this.#redactor.text(key).slice(0, maxLength).toWellFormed()
    if (!this.#taken.has(label) && this.#taken.size >= this.#max) return other
    this.#taken.add(label)
    this.#labels.set(key, label)
    return label
  }
}
