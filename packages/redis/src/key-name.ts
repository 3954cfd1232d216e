import { createHash } from 'node:crypto'

/**
 * A name for any text that is safe inside a key of Redis: the same for no two texts, as far as anybody can find some.
 * Taken of the text's code units, since UTF-8 writes every lone surrogate alike.
 */
export function keyName(text: string): string {
  return createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('base64url').slice(0, 32)
}

/** Throws unless keys can begin with the prefix: braces would decide on their slot in a Cluster. */
export function checkPrefix(where: string, prefix: unknown): void {
  if (typeof prefix === 'string' && !/[{}]/.test(prefix)) return
  throw new TypeError(`${where}: prefix must be a string without braces`)
}
