/** The same object with another member: all else is read from it, and written to it. */
export function replaceMember<T extends object>(target: T, name: string, member: unknown): T {
  return new Proxy(target, {
    get: (object, key) => (key === name ? member : Reflect.get(object, key, object)),
  })
}
