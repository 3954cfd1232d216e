/** A project that cannot be read; the message says what to do about it. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError'
}
