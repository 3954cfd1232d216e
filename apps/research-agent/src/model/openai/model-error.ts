/** A model that cannot be reached or will not answer; the message says what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}
