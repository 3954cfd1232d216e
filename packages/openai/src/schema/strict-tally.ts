import { SchemaFault } from './schema-fault.ts'

/** Counts what a strict schema may have of each, over all its places; the numbers are OpenAI's. */
export class StrictTally {
  #properties = 0
  #values = 0
  #characters = 0

  /** The names of an object's properties, or of definitions. */
  addNames(place: string, names: readonly string[]): void {
    this.#properties += names.length
    if (this.#properties > 5000) throw new SchemaFault(place, 'more than 5,000 properties')
    this.#addCharacters(place, names)
  }

  addValues(place: string, values: readonly unknown[]): void {
    this.#values += values.length
    if (this.#values > 1000) throw new SchemaFault(place, 'more than 1,000 values of enums')
    const texts = values.filter((value) => typeof value === 'string')
    const length = texts.reduce((sum, text) => sum + text.length, 0)
    if (values.length > 250 && length > 15_000) throw new SchemaFault(place, 'an enum of more than 15,000 characters')
    this.#addCharacters(place, texts)
  }

  #addCharacters(place: string, texts: readonly string[]): void {
    for (const text of texts) this.#characters += text.length
    if (this.#characters > 120_000) throw new SchemaFault(place, 'names and values of more than 120,000 characters')
  }
}
