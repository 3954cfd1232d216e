import type { Tool } from '../tool/tool.ts'
import { describeTool, type ToolDescription } from './describe-tool.ts'
import { nearestNames } from './nearest-names.ts'

/** What changed in a registry. */
export interface RegistryChange {
  readonly change: 'register' | 'unregister'
  readonly tool: string
}

/** What {@link createRegistry} takes. */
export interface RegistryOptions {
  /** Told after every change. */
  readonly onChange?: ((change: RegistryChange) => void) | undefined
}

/** The tools that can be called, by name. */
export interface Registry {
  /** The tool of that name; undefined where there is none. */
  get(name: string): Tool | undefined
  /** Whether there is a tool of that name. */
  has(name: string): boolean
  /** How many tools there are. */
  readonly size: number
  /** The names of all tools, in the order of their registration. */
  names(): string[]
  /** Adds a tool. Throws where the name is taken: unregister the old one first. */
  register(tool: Tool): void
  /** Takes a tool out; false where there was none. Calls that run go on. */
  unregister(name: string): boolean
  /**
   * The tools as a model is told of them, in the order of their registration; the same frozen list until the tools
   * change. Throws where a schema has no JSON Schema form, with the tool's name and the way to give it one.
   */
  list(): readonly ToolDescription[]
  /** The names most like `name`, best first; at most `limit`, 3 by default. Never empty while there are tools. */
  nearest(name: string, limit?: number): string[]
}

/** Makes a registry. */
export function createRegistry(options: RegistryOptions = {}): Registry {
  const { onChange } = options
  const tools = new Map<string, Tool>()
  const descriptions = new Map<string, ToolDescription>()
  let listed: readonly ToolDescription[] | undefined
  const changed = (change: RegistryChange): void => {
    listed = undefined
    onChange?.(change)
  }
  const describe = (tool: Tool): ToolDescription => {
    const description = descriptions.get(tool.name) ?? describeTool(tool)
    descriptions.set(tool.name, description)
    return description
  }
  return {
    get: (name) => tools.get(name),
    has: (name) => tools.has(name),
    get size() {
      return tools.size
    },
    names: () => [...tools.keys()],
    register(tool) {
      if (tools.has(tool.name)) throw new TypeError(`tool '${tool.name}' is registered already; unregister it first`)
      tools.set(tool.name, tool)
      changed({ change: 'register', tool: tool.name })
    },
    unregister(name) {
      if (!tools.delete(name)) return false
      descriptions.delete(name)
      changed({ change: 'unregister', tool: name })
      return true
    },
    list() {
      listed ??= Object.freeze(Array.from(tools.values(), describe))
      return listed
    },
    nearest: (name, limit = 3) => nearestNames(name, tools.keys(), limit),
  }
}
