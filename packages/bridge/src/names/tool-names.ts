import type { Registry } from '@headrace/core'

/** What a provider allows as a tool's name. */
export interface NameRule {
  /** Matches one character that is allowed anywhere in a name. */
  readonly allowed: RegExp
  /** Matches one character that a name may begin with; any that is allowed, unless said otherwise. */
  readonly first?: RegExp | undefined
  readonly maxLength: number
}

/** The names of a registry's tools as a provider takes them, and back. */
export interface ToolNames {
  /** The provider's name of a tool: its own where the provider takes it. */
  toProvider(tool: string): string
  /** The tool behind a provider's name; a name that was never given is returned as it is. */
  fromProvider(name: string): string
}

const known = new WeakMap<Registry, Map<string, ToolNames>>()

/**
 * Maps the names of a registry's tools to what a provider allows. A name that is allowed stays; in others what is not
 * allowed becomes `_`, and a number at the end keeps them apart. A name once given stays the tool's for as long as the
 * registry lives; tools that are registered in the same order have the same names in every process.
 */
export function toolNames(registry: Registry, rule: NameRule): ToolNames {
  const rules = known.get(registry) ?? new Map<string, ToolNames>()
  known.set(registry, rules)
  const key = `${rule.allowed} ${rule.first} ${rule.maxLength}`
  const names = rules.get(key) ?? createToolNames(registry, rule)
  rules.set(key, names)
  return names
}

function createToolNames(registry: Registry, rule: NameRule): ToolNames {
  const given = new Map<string, string>()
  const tools = new Map<string, string>()
  const give = (tool: string, name: string): void => {
    given.set(tool, name)
    tools.set(name, tool)
  }
  const isTaken = (name: string): boolean => tools.has(name)
  /** Names that need no change go first, so that no other tool is given one of them. */
  const update = (): void => {
    const names = registry.names().filter((tool) => !given.has(tool))
    for (const tool of names) if (fits(tool, rule) && !isTaken(tool)) give(tool, tool)
    for (const tool of names) if (!given.has(tool)) give(tool, freeName(tool, rule, isTaken))
  }
  return {
    toProvider(tool) {
      if (!given.has(tool)) update()
      return given.get(tool) ?? tool
    },
    fromProvider(name) {
      if (!tools.has(name)) update()
      return tools.get(name) ?? name
    },
  }
}

function fits(name: string, { allowed, first = allowed, maxLength }: NameRule): boolean {
  return (
    name.length <= maxLength && first.test(name.charAt(0)) && Array.from(name).every((letter) => allowed.test(letter))
  )
}

function freeName(tool: string, rule: NameRule, isTaken: (name: string) => boolean): string {
  const { allowed, first = allowed, maxLength } = rule
  const letters = Array.from(tool, (letter) => (allowed.test(letter) ? letter : '_')).join('')
  const base = first.test(letters.charAt(0)) ? letters : `_${letters}`
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `_${count}`
    const name = base.slice(0, maxLength - suffix.length) + suffix
    if (!isTaken(name)) return name
  }
}
