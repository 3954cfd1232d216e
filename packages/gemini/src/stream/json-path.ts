/** The keys of a JSON path that leads to one place. */
export type JsonPath = readonly (string | number)[]

const segment = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/uy
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/**
 * Reads a path such as `$.stops[0]['full name']`: the singular queries of RFC 9535, without indices from the end.
 * Undefined where it is none.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined
  const keys: (string | number)[] = []
  segment.lastIndex = 1
  while (segment.lastIndex < text.length) {
    const match = segment.exec(text)
    if (match === null) return undefined
    const [, name, index, single, double] = match
    if (index === undefined) keys.push(name ?? unescaped(single ?? double ?? ''))
    else keys.push(Number(index))
  }
  return keys
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([\da-fA-F]{4})|(.))/gsu, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
