/** What can be seen of a port without asking it anything. */
export interface PortShape {
  /** As a user knows it, with its article. */
  readonly name: string
  readonly methods: readonly string[]
  /** What it has to say of itself, each true or false. */
  readonly supports?: readonly string[]
}

/** Throws a TypeError that names the option and what is missing, unless `value` is undefined or has that shape. */
export function checkPort(where: string, option: string, value: unknown, shape: PortShape): void {
  if (value === undefined) return
  const { name, methods, supports = [] } = shape
  const wrong = `${where}: ${option} must be ${name}`
  // a string may well be a URL with a password
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${wrong}, not ${value === null ? 'null' : `a ${typeof value}`}`)
  for (const method of methods) {
    if (typeof Reflect.get(value, method) !== 'function') throw new TypeError(`${wrong}: it has no ${method}()`)
  }
  const said: unknown = Reflect.get(value, 'supports')
  for (const what of supports) {
    if (typeof said !== 'object' || said === null || typeof Reflect.get(said, what) !== 'boolean') {
      throw new TypeError(`${wrong}: its supports.${what} must be true or false`)
    }
  }
}
