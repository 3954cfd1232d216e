// What V8 needs on a 64-bit machine, measured; README.md says how near it comes.
const slot = 8
const textHead = 20
const boxedNumber = 16
const arrayHead = 32
const objectHead = 40
/** An object of more properties counts as a table: its names are its own, not shared with others of its shape. */
const shapeLimit = 8
const tableSlot = 60

const beyondLatin1 = /[^\0-\xff]/

/** How many bytes of memory plain JSON takes, about. */
export function sizeOfJson(value: unknown): number {
  const rest: unknown[] = [value]
  let bytes = 0
  while (rest.length > 0) {
    const next = rest.pop()
    bytes += slot
    if (typeof next === 'string') bytes += sizeOfText(next)
    else if (typeof next === 'number') bytes += Number.isInteger(next) ? 0 : boxedNumber
    else if (Array.isArray(next)) {
      bytes += arrayHead
      for (const item of next) rest.push(item)
    } else if (typeof next === 'object' && next !== null) bytes += sizeOfShape(next, rest)
  }
  return bytes
}

/** One byte for each character as long as all are Latin-1, else two. */
export function sizeOfText(text: string): number {
  return textHead + text.length * (isLatin1(text) ? 1 : 2)
}

export function isLatin1(text: string): boolean {
  return !beyondLatin1.test(text)
}

function sizeOfShape(object: object, rest: unknown[]): number {
  const names = Object.keys(object)
  for (const item of Object.values(object)) rest.push(item)
  if (names.length <= shapeLimit) return objectHead
  let bytes = objectHead
  for (const name of names) bytes += tableSlot + name.length
  return bytes
}
