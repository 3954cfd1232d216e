import type { EarlyStart, IdentifiedCall } from '@headrace/bridge'
import type { Tool } from '@headrace/core'

/** Throws a TypeError for what is no way to start calls early. */
export function checkEarly(where: string, early: EarlyStart): void {
  if (early === 'read-only' || early === 'all' || early === 'none' || typeof early === 'function') return
  throw new TypeError(`${where}: early must be 'read-only', 'all', 'none' or a function, got ${String(early)}`)
}

/** Whether a call of the tool may start early at all. */
export function mayStartEarly(early: EarlyStart, tool: Tool): boolean {
  if (early === 'read-only') return tool.annotations.readOnlyHint === true
  return early !== 'none'
}

/** Whether this call starts early, of a tool of which calls may. */
export function startsEarly(early: EarlyStart, call: IdentifiedCall, tool: Tool): boolean {
  return typeof early === 'function' ? early(call, tool) : true
}
