import { type NameRule, type ToolNames, toolNames } from '@headrace/bridge'
import type { Registry } from '@headrace/core'

/** What every provider behind LangChain takes as a name. */
const rule: NameRule = { allowed: /[A-Za-z0-9_-]/, first: /[A-Za-z_]/, maxLength: 64 }

/** The names of a registry's tools as models are told of them, and back. */
export function langChainNames(registry: Registry): ToolNames {
  return toolNames(registry, rule)
}
