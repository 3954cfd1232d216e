import { AssertionError } from 'node:assert'
import { inspect, isDeepStrictEqual } from 'node:util'

/** Throws unless what was seen is what was expected, down to the last member; `what` names it in the message. */
export function holdEqual(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return
  const message = `${what}: expected ${show(expected)}, got ${show(actual)}`
  throw new AssertionError({ message, actual, expected, operator: 'deepStrictEqual', stackStartFn: holdEqual })
}

/** Throws unless it is so; `what` says what should have been, and `seen`, where given, what was instead. */
export function hold(isSo: boolean, what: string, ...seen: readonly unknown[]): asserts isSo {
  if (isSo) return
  const message = seen.length === 0 ? what : `${what}, got ${seen.map(show).join(', ')}`
  throw new AssertionError({ message, stackStartFn: hold })
}

const longest = 300

function show(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 20,
    maxStringLength: 200,
  })
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
