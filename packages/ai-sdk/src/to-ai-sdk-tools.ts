import { callOptions, type EarlyStart, type NameRule, toolNames } from '@headrace/bridge'
import type { CallOptions, CallPending, Runtime, ToolDescription, ToolReference } from '@headrace/core'
import { jsonSchema, type Tool, type ToolExecutionOptions, type ToolSet } from 'ai'
import { checkEarly } from './early/early-start.ts'
import { registryRunner } from './run/registry-runner.ts'
import type { SdkContext } from './run/tool-runner.ts'
import { createTool } from './tool/create-tool.ts'
import type { SdkTool } from './tool/sdk-tool.ts'

/** Options of {@link toAiSdkTools}. */
export interface ToAiSdkToolsOptions {
  /** The session, deadline and the like of a call, from what the SDK hands to the tool. */
  readonly options?: ((context: ToolExecutionOptions<unknown>) => CallOptions) | undefined
  /** Which calls of a streamed message start as soon as their input is complete; 'read-only' by default. */
  readonly early?: EarlyStart | undefined
  /** Is told of a call that goes on as a job, of which the model is shown a placeholder. */
  readonly onPending?: ((result: CallPending) => void) | undefined
}

/**
 * The AI SDK's tools of a runtime, by the names and types that are known of them. Those whose name is mapped, as of
 * `files/read`, and those that are registered later are there, and the types do not know them.
 */
export type AiSdkTools<T extends ToolReference> = string extends T['name']
  ? ToolSet
  : { [Known in T as SameName<Known['name']>]: ToolOf<Known> }

type SameName<Name extends string> = Name extends `${string}${'.' | '/'}${string}` ? never : Name

type ToolOf<Known> = Known extends ToolReference<string, infer In, infer Out> ? Tool<In, Out> : never

/** What OpenAI, Anthropic and Google all take. */
const rule: NameRule = { allowed: /[A-Za-z0-9_-]/, first: /[A-Za-z_]/, maxLength: 64 }

const known: readonly string[] = ['options', 'early', 'onPending'] satisfies (keyof ToAiSdkToolsOptions)[]

/**
 * Gives the tools of a runtime to an AI SDK agent: those that are registered now. Their arguments are validated by the
 * runtime and not by the SDK, so that the model reads what to mend; a name that some provider would refuse is mapped. A
 * call that fails throws a {@link ToolReplyError}. The output of a tool that runs as a job is a placeholder that names it.
 *
 * Throws a TypeError for options that make no sense, and for a tool whose input schema has no JSON Schema form.
 */
export function toAiSdkTools<T extends ToolReference>(
  runtime: Runtime<T>,
  options: ToAiSdkToolsOptions = {},
): AiSdkTools<T> {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`toAiSdkTools: unknown option '${key}'; known are ${known.join(', ')}`)
    }
  }
  checkEarly('toAiSdkTools', options.early ?? 'read-only')
  const names = toolNames(runtime.registry, rule)
  const tools = runtime.registry
    .list()
    .map((description) => [names.toProvider(description.name), toTool(runtime, description, options)] as const)
  return Object.fromEntries(tools) as AiSdkTools<T>
}

function toTool(
  runtime: Pick<Runtime, 'registry' | 'dispatch' | 'dispatch$'>,
  { name, title, description, inputSchema }: ToolDescription,
  { early = 'read-only', onPending, ...wrap }: ToAiSdkToolsOptions,
): SdkTool {
  const tool = runtime.registry.get(name)
  if (tool === undefined) throw new TypeError(`toAiSdkTools: tool '${name}' has been unregistered meanwhile`)
  const sdkTool: SdkTool = {
    ...(title !== undefined && { title }),
    description,
    inputSchema: jsonSchema(inputSchema),
  }
  const optionsOf = (context: SdkContext): CallOptions => callOptions(wrap, context, { signal: context.abortSignal })
  return createTool(sdkTool, { tool, early, runner: registryRunner(runtime, { tool, optionsOf, onPending }) })
}
