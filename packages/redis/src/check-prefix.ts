/** Throws unless keys can begin with the prefix: braces would decide on their slot in a Cluster. */
export function checkPrefix(where: string, prefix: unknown): void {
  if (typeof prefix === 'string' && !/[{}]/.test(prefix)) return
  throw new TypeError(`${where}: prefix must be a string without braces`)
}
