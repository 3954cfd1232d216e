/** Reads a property of a value that a stranger made: getters and proxies that throw read as undefined. */
export function readProperty(target: unknown, key: string): unknown {
  if ((typeof target !== 'object' && typeof target !== 'function') || target === null) return undefined
  try {
    return Reflect.get(target, key)
  } catch {
    return undefined
  }
}

/** Reads a property where it is a string with anything in it. */
export function readText(target: unknown, key: string): string | undefined {
  const value = readProperty(target, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** How many errors of a chain are looked at: deeper ones say nothing about the call any more. */
const longestChain = 6

/** A thrown value and its causes, outermost first; ends at a cycle, at a missing cause and after six links. */
export function causeChain(thrown: unknown): readonly unknown[] {
  const chain: unknown[] = [thrown]
  let link = readProperty(thrown, 'cause')
  while (link !== undefined && link !== null && chain.length < longestChain && !chain.includes(link)) {
    chain.push(link)
    link = readProperty(link, 'cause')
  }
  return chain
}
