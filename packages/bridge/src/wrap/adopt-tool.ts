import {
  type CallContext,
  type CallEvent,
  type CallOptions,
  defineTool,
  type PendingCall,
  type Runtime,
  type Tool,
  type ToolAnnotations,
  type ToolPolicy,
} from '@headrace/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Observable } from 'rxjs'

/** What Headrace knows of a tool that an SDK defines: without hints it is neither repeated nor cached. */
export interface ToolHints {
  readonly annotations?: ToolAnnotations | undefined
  readonly policy?: ToolPolicy | undefined
}

/** A tool of an SDK, by name. */
export interface ForeignTool extends ToolHints {
  readonly name: string
  readonly description?: string | undefined
}

/** Does the work of one call, as the SDK's own handler with the SDK's own context would. */
export type ForeignRun = (input: unknown, context: CallContext) => unknown

/** A tool of an SDK whose calls run through a runtime. */
export interface AdoptedTool {
  readonly tool: Tool
  /** Starts a call; arguments are as the SDK has validated them. */
  call(input: unknown, run: ForeignRun, options?: CallOptions): PendingCall<unknown>
  /** The same as a cold observable of events. */
  call$(input: unknown, run: ForeignRun, options?: CallOptions): Observable<CallEvent>
}

/** Where a call finds what it is to run; a symbol, so that it is in no record of the metadata. */
const runKey = Symbol('headrace.run')

const adopted = new WeakMap<Runtime, Map<string, AdoptedTool>>()

/**
 * Runs the calls of an SDK's tool through a runtime. The tool is not registered: the SDK looks it up, and validates its
 * arguments. A tool that is adopted again under the same name with the same hints shares its limits, breaker and cache with
 * the one before, so an agent may be made anew for each request.
 */
export function adoptTool(runtime: Runtime, foreign: ForeignTool): AdoptedTool {
  const tools = adopted.get(runtime) ?? new Map<string, AdoptedTool>()
  adopted.set(runtime, tools)
  const known = tools.get(foreign.name)
  if (known && sameHints(known, foreign)) return known
  const tool = createAdopted(runtime, foreign)
  tools.set(foreign.name, tool)
  return tool
}

function createAdopted(runtime: Runtime, { name, description, annotations, policy }: ForeignTool): AdoptedTool {
  const tool: Tool = defineTool({
    name,
    description: description || name,
    inputSchema: validatedBefore,
    annotations,
    policy,
    execute: (input: unknown, context) => runOf(context)(input, context),
  })
  const withRun = (run: ForeignRun, options: CallOptions = {}): CallOptions => {
    const { metadata: given } = options
    return { ...options, metadata: given === undefined ? { [runKey]: run } : { ...given, [runKey]: run } }
  }
  return {
    tool,
    call: (input, run, options) => runtime.call(tool, input, withRun(run, options)),
    call$: (input, run, options) => runtime.call$(tool, input, withRun(run, options)),
  }
}

function runOf(context: CallContext): ForeignRun {
  const metadata: { readonly [runKey]?: ForeignRun } = context.metadata
  const run = metadata[runKey]
  if (run === undefined) throw new TypeError(`tool '${context.tool}' is run by the SDK that defines it, not by itself`)
  return run
}

/** Takes everything: a schema that transforms must not be applied a second time. */
const validatedBefore: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'headrace', validate: (value) => ({ value }) },
}

function sameHints({ tool }: AdoptedTool, { annotations = {}, policy = {} }: ToolHints): boolean {
  return sameMembers(tool.annotations, annotations) && sameMembers(tool.policy, policy)
}

function sameMembers(one: object, other: object): boolean {
  const entries = Object.entries(one)
  const others: Record<string, unknown> = { ...other }
  return entries.length === Object.keys(others).length && entries.every(([key, value]) => others[key] === value)
}
