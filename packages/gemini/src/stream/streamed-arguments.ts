import { isRecord, listOf, textOf } from './json-fields.ts'
import { type JsonPath, parseJsonPath } from './json-path.ts'

/**
 * The arguments of one call, whole or in the pieces of `partialArgs`: a value and the path where it belongs, a text as
 * several pieces of one path.
 */
export class StreamedArguments {
  #value: unknown = undefined
  #isOwn = false
  #fault: string | undefined
  readonly #openPaths = new Set<string>()

  /** Takes the arguments of one part of the stream. */
  take(args: unknown, pieces: unknown): void {
    if (args !== undefined && args !== null) this.#takeWhole(args)
    for (const piece of listOf(pieces)) this.#takePiece(piece)
  }

  /** Whether more of a value that has begun was announced. */
  get isInsideValue(): boolean {
    return this.#openPaths.size > 0
  }

  /** The arguments so far; a text that is no JSON where pieces do not fit together, so that nobody runs the call. */
  get value(): unknown {
    return this.#fault ?? this.#value ?? {}
  }

  #takeWhole(args: unknown): void {
    if (isRecord(args) && isRecord(this.#value)) {
      for (const [key, value] of Object.entries(args)) put(this.#ownRoot(), key, value)
    } else this.#value = args
  }

  #takePiece(piece: unknown): void {
    if (!isRecord(piece)) return
    const path = textOf(piece.jsonPath) ?? ''
    if (piece.willContinue === true) this.#openPaths.add(path)
    else this.#openPaths.delete(path)
    const scalar = scalarOf(piece)
    if (scalar === undefined) return
    const keys = parseJsonPath(path)
    const fits = keys !== undefined && place(this.#ownRoot(), keys, scalar.value)
    if (!fits) this.#fault ??= `streamed arguments that do not fit together, at ${path}`
  }

  /** What the stream gave is the user's too: it is copied before it is written to. */
  #ownRoot(): unknown {
    if (!this.#isOwn) this.#value = copyOf(this.#value ?? {})
    this.#isOwn = true
    return this.#value
  }
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return undefined // no JSON: no piece fits into it
  }
}

function scalarOf(piece: Record<string, unknown>): { readonly value: unknown } | undefined {
  const { stringValue, numberValue, boolValue } = piece
  if (typeof stringValue === 'string') return { value: stringValue }
  if (typeof numberValue === 'number') return { value: numberValue }
  if (typeof boolValue === 'boolean') return { value: boolValue }
  return 'nullValue' in piece ? { value: null } : undefined
}

/** Writes a value where a path leads; false where the path does not go on from what is there. */
function place(root: unknown, keys: JsonPath, value: unknown): boolean {
  let parent = root
  for (const [depth, key] of keys.entries()) {
    const next = keys[depth + 1]
    const present = childOf(parent, key)
    if (next === undefined) return put(parent, key, joined(present, value))
    const child = present ?? (typeof next === 'number' ? [] : {})
    if (present === undefined && !put(parent, key, child)) return false
    parent = child
  }
  return false
}

function childOf(parent: unknown, key: string | number): unknown {
  if (Array.isArray(parent)) return typeof key === 'number' ? parent[key] : undefined
  return isRecord(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined
}

function joined(present: unknown, value: unknown): unknown {
  return typeof present === 'string' && typeof value === 'string' ? present + value : value
}

/** Lists grow by one at their end: an element that is missing would be made up. */
function put(parent: unknown, key: string | number, value: unknown): boolean {
  const fits = typeof key === 'number' ? Array.isArray(parent) && key <= parent.length : isRecord(parent)
  if (fits) {
    Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true }) // any key
  }
  return fits
}
