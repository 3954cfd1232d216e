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

/** Whether a stranger's value has a mark of ours, also one of another copy of this package. */
export function hasBrand(value: unknown, brand: symbol): boolean {
  try {
    return typeof value === 'object' && value !== null && brand in value
  } catch {
    // A proxy whose traps throw is nothing of ours.
    return false
  }
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
