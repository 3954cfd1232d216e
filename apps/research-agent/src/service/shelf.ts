/** The service keeps its packages on two shelves, and an outage empties one of them: what a circuit breaker guards. */
export type Shelf = 'a-m' | 'n-z'

/** On which shelf a package lies: by the first letter of its name, its scope left out. */
export function shelfOf(name: string): Shelf {
  const first = (name.startsWith('@') ? (name.split('/')[1] ?? name) : name).charAt(0).toLowerCase()
  return first >= 'n' && first <= 'z' ? 'n-z' : 'a-m'
}
