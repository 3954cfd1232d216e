/** A copy of an object with another value for one property; hidden properties and the class are kept. */
export function withProperty<T extends object>(original: T, key: keyof T & string, value: unknown): T {
  const copy: T = Object.create(
    Object.getPrototypeOf(original) as object | null,
    Object.getOwnPropertyDescriptors(original),
  )
  const descriptor = Object.getOwnPropertyDescriptor(original, key)
  const enumerable = descriptor?.enumerable ?? true
  return Object.defineProperty(copy, key, { value, enumerable, configurable: true, writable: true })
}
