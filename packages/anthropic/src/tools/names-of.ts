import { type NameRule, type ToolNames, toolNames } from '@headrace/bridge'
import type { Registry } from '@headrace/core'

/** The Messages API refuses other names. */
const rule: NameRule = { allowed: /[a-zA-Z0-9_-]/, maxLength: 128 }

/** The names of a registry's tools as Anthropic takes them, and back. */
export function namesOf(registry: Registry): ToolNames {
  return toolNames(registry, rule)
}
