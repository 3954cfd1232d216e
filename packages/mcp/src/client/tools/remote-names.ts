const longestName = 128

/** Names that Headrace takes for a server's tools. */
export interface RemoteNames {
  /** The names of a server's tools, in order: the same one for the same tool as long as this lives. */
  namesOf(tools: readonly string[]): readonly string[]
}

/**
 * Gives tools of a server names that Headrace takes: the prefix and the tool's own name. What Headrace does not take
 * becomes `_`, and a number at the end keeps two apart.
 */
export function createRemoteNames(prefix: string): RemoteNames {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  const give = (tool: string, name: string): void => {
    given.set(tool, name)
    taken.add(name)
  }
  return {
    namesOf(tools) {
      const fresh = tools.filter((tool) => !given.has(tool))
      // names that need no change go first: no other tool is given one of them
      for (const tool of fresh) {
        const name = prefix + tool
        if (isName(name) && !taken.has(name)) give(tool, name)
      }
      for (const tool of fresh) if (!given.has(tool)) give(tool, freeName(prefix + tool, taken))
      return tools.map((tool) => given.get(tool) ?? tool)
    },
  }
}

function isName(name: string): boolean {
  return name.length <= longestName && /^[A-Za-z0-9_.\-/]+$/.test(name)
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const plain = wanted.replace(/[^A-Za-z0-9_.\-/]/gu, '_')
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `_${count}`
    const name = plain.slice(0, longestName - suffix.length) + suffix
    if (!taken.has(name)) return name
  }
}
