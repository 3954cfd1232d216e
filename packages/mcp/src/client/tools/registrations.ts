import type { Registry, Tool } from '@headrace/core'
import type { Warn } from '../mcp-tools-options.ts'
import type { ServedTool } from './remote-server.ts'

/** The tools of one server in a registry. */
export interface Registrations {
  /** Those that are registered now. */
  names(): string[]
  /** Takes out what the server has no more, and adds what is new. */
  replace(served: readonly ServedTool[]): void
  /** Takes all out, for good: whatever is being added is no more. */
  close(): void
}

/**
 * Keeps a server's tools in a registry. A tool that the server tells the same of stays as it is, with its limits, its
 * breaker and its cache; one that somebody else has registered stays theirs.
 */
export function createRegistrations(registry: Registry, warn: Warn): Registrations {
  const known = new Map<string, { readonly tool: Tool; readonly text: string }>()
  let isClosed = false
  const isOurs = (name: string): boolean => registry.get(name) === known.get(name)?.tool
  const remove = (name: string): void => {
    const isThere = isOurs(name)
    known.delete(name)
    if (isThere) registry.unregister(name)
  }
  return {
    names: () => [...known.keys()].filter(isOurs),
    replace(served) {
      if (isClosed) return
      const told = new Map(served.map(({ tool, remote }) => [tool.name, JSON.stringify(remote)]))
      for (const [name, { text }] of [...known]) if (told.get(name) !== text) remove(name)
      const taken: ServedTool[] = []
      for (const one of served) {
        const { tool } = one
        // whoever is told of a change may close the watch
        if (isClosed || known.has(tool.name)) continue
        if (registry.has(tool.name)) {
          taken.push(one)
          continue
        }
        known.set(tool.name, { tool, text: told.get(tool.name) ?? '' })
        registry.register(tool)
      }
      // last: whoever is told may throw
      for (const { tool, remote } of taken) {
        warn({ tool: remote.name, message: `Another tool is registered as '${tool.name}'; give a prefix.` })
      }
    },
    close() {
      isClosed = true
      for (const name of [...known.keys()]) remove(name)
    },
  }
}
