/** What the name of a lease says: which keys it is about, so that any process can give it back. */
export interface LeaseParts {
  readonly id: string
  readonly parts: readonly string[]
}

/** Names a lease. It begins with its number: a lease with permits has a greater one than all before it. */
export function leaseName(number: number, { id, parts }: LeaseParts): string {
  return [`${number}-${id}`, ...parts].join('.')
}

const head = /^\d+-([\w-]{22})$/
const part = /^[pr][\w-]{22}$/

/** Reads the name of a lease; undefined for what is none. */
export function readLease(name: string): LeaseParts | undefined {
  const [first = '', ...parts] = name.split('.')
  const id = head.exec(first)?.[1]
  return id !== undefined && parts.every((one) => part.test(one)) ? { id, parts } : undefined
}
