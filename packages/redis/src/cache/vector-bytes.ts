/** The numbers of a vector as little-endian 32-bit floats: as vector sets take them, and a copy. */
export function packVector(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, value, true)
  return bytes
}

/** Reads what {@link packVector} wrote; undefined where it is no vector of finite numbers. */
export function unpackVector(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const vector = Float32Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
  return vector.every(Number.isFinite) ? vector : undefined
}

/** Whether a vector has no direction: nothing but zeros. Throws a RangeError where a number is not finite. */
export function isNowhere(where: string, vector: Float32Array): boolean {
  let isZero = true
  for (const value of vector) {
    if (!Number.isFinite(value)) throw new RangeError(`${where}: a vector must be of finite numbers`)
    if (value !== 0) isZero = false
  }
  return isZero
}

/** Any text as an element that UTF-8 keeps as it is. */
export function encodeId(id: string): string {
  return JSON.stringify(id)
}

/** Reads what {@link encodeId} wrote. Throws where it is none of ours. */
export function decodeId(element: unknown): string {
  const id = typeof element === 'string' ? parse(element) : undefined
  if (typeof id !== 'string') throw new Error('A vector in Redis has an id that is none of ours')
  return id
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // the parser's own error repeats the text
    return undefined
  }
}
