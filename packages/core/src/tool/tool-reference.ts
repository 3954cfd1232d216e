/** What the type system knows about a tool; never there at run time. */
export interface ToolTypes<In = unknown, Out = unknown, Part = unknown> {
  readonly input: In
  readonly output: Out
  readonly part: Part
}

/** A tool as far as its name and types go: all that is needed to call it. */
export interface ToolReference<Name extends string = string, In = unknown, Out = unknown, Part = unknown> {
  readonly name: Name
  /** For type inference only: what callers pass, what a call gives, what it streams before. Always undefined. */
  readonly '~types'?: ToolTypes<In, Out, Part> | undefined
}
