import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { CallContext } from './call-context.ts'
import type { ToolPolicy } from './tool-policy.ts'
import type { ToolReference } from './tool-reference.ts'

/** What a tool does to the world: MCP's names and meanings. Nothing is assumed where a hint is missing. */
export interface ToolAnnotations {
  /** Changes nothing: may be repeated, cached and started early. */
  readonly readOnlyHint?: boolean | undefined
  /** A repeat with the same arguments has no further effect: may be retried. */
  readonly idempotentHint?: boolean | undefined
  /** May destroy or overwrite. */
  readonly destructiveHint?: boolean | undefined
  /** Reaches outside, such as the web. */
  readonly openWorldHint?: boolean | undefined
}

/**
 * How a tool runs: MCP's `execution`. A tool that says `required` is long-running: where it is dispatched it runs as a
 * job, and the result is pending. One that says `forbidden` cannot be submitted as a job; every other one can.
 */
export interface ToolExecution {
  readonly taskSupport?: 'forbidden' | 'optional' | 'required' | undefined
}

/**
 * A tool as `defineTool` makes it: a frozen plain object.
 *
 * `In` is what callers pass, `Out` what a call gives, `Part` what it streams before its end.
 */
export interface Tool<Name extends string = string, In = unknown, Out = unknown, Part = unknown>
  extends ToolReference<Name, In, Out, Part> {
  readonly title?: string | undefined
  readonly description: string
  readonly inputSchema: StandardSchemaV1<In, unknown>
  readonly outputSchema?: StandardSchemaV1<unknown, Out> | undefined
  readonly annotations: ToolAnnotations
  readonly execution: ToolExecution
  readonly policy: ToolPolicy
  /** Takes what the input schema gives: validate before calling it. */
  execute(input: unknown, context: CallContext): unknown
}
