import { isContainer } from '../dispatch/check-structure.ts'

/** Looks for a way from a value back to itself; each value once, so that shared values cost nothing. No recursion. */
export function hasCycle(root: object): boolean {
  const done = new Set<object>()
  const open = new Set<object>()
  const stack: object[] = [root]
  for (let value = stack.at(-1); value !== undefined; value = stack.at(-1)) {
    if (open.has(value) || done.has(value)) {
      stack.pop()
      open.delete(value)
      done.add(value)
      continue
    }
    open.add(value)
    for (const item of Object.values(value)) {
      if (open.has(item)) return true
      if (isContainer(item) && !done.has(item)) stack.push(item)
    }
  }
  return false
}
