import { type NameRule, type ToolNames, toolNames } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'

/** What the documentation of `FunctionDeclaration.name` allows. */
const rule: NameRule = { allowed: /[\w.:-]/, first: /[A-Za-z_]/, maxLength: 128 }

/** The names of a runtime's tools as Gemini takes them, and back. */
export function geminiNames(runtime: Runtime): ToolNames {
  return toolNames(runtime.registry, rule)
}
