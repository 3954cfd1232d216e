import type { ToolSet } from 'ai'

/** A tool of the SDK, whatever its input and output. */
export type SdkTool = ToolSet[string]

/** A tool with some of its members replaced: all others stay, symbols, accessors and the prototype too. */
export function withMembers<T extends object>(object: T, members: Readonly<Record<string, unknown>>): T {
  const own: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(object)
  for (const [key, value] of Object.entries(members)) {
    own[key] = { value, writable: true, enumerable: true, configurable: true }
  }
  return Object.create(Object.getPrototypeOf(object), own)
}
