/** A copy of an object with another value for one property; hidden properties and the class are kept. */
export function withProperty<T extends object>(original: T, key: keyof T & string, value: unknown): T {
  const descriptors: PropertyDescriptorMap = { ...Object.getOwnPropertyDescriptors(original) }
  const enumerable = descriptors[key]?.enumerable ?? true
  descriptors[key] = { value, enumerable, configurable: true, writable: true }
  return Object.create(Object.getPrototypeOf(original) as object | null, descriptors) as T
}
