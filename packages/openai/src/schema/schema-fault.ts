/** A place in a schema that a dialect cannot express. */
export class SchemaFault extends Error {
  override readonly name = 'SchemaFault'
  /** A JSON pointer as a fragment: `#` is the whole schema. */
  readonly place: string

  constructor(place: string, what: string) {
    super(`${what} at ${place}`)
    this.place = place
  }
}
