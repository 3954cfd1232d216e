import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'

/** A tool that answers in place of another, with the same arguments: anything that has a tool's `name` and `execute`. */
export interface FallbackTool {
  readonly name: string
  /** Runs the tool: as a child call of its own, with the arguments of the call that has failed. */
  execute(input: never, context: never): unknown
}

/**
 * What answers when a call has failed for good: a function of the error, or another tool. Never asked for a call that
 * was cancelled or whose deadline has passed. The result is marked `degraded`.
 */
export type FallbackPolicy = ((error: ToolError, call: BoundCall) => unknown) | FallbackTool

/** Checks a fallback. `where` begins the message of a refusal. */
export function checkFallback(fallback: unknown, where: string): void {
  if (fallback === undefined || fallback === false || typeof fallback === 'function' || isTool(fallback)) return
  throw new TypeError(`${where}: fallback must be a function or a tool made by defineTool, got ${typeof fallback}`)
}

function isTool(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('execute' in value)) return false
  return typeof value.name === 'string' && typeof value.execute === 'function'
}
