import { checkOptions, toolNames } from '@headrace/bridge'
import type { Runtime, Tool, ToolDescription } from '@headrace/core'
import type OpenAI from 'openai'
import { toLooseSchema } from '../schema/loose-schema.ts'
import { SchemaFault } from '../schema/schema-fault.ts'
import { toStrictSchema } from '../schema/strict-schema.ts'
import type { JsonRecord } from '../turn/json-record.ts'
import type { OpenAiFormat } from '../turn/openai-reader.ts'
import { openAiNames } from './openai-names.ts'

/** Options of {@link toOpenAiTools}. */
export interface OpenAiToolsOptions<Api extends OpenAiFormat = OpenAiFormat> {
  /** Chat completions, or the Responses API. */
  readonly api: Api
  /**
   * Whether arguments are held to the schema while the model writes them. Where it is not given, tools are strict whose
   * schema strict mode can express; `true` refuses the others, `false` makes none strict.
   */
  readonly strict?: boolean | undefined
  /**
   * Declares tools with `taskSupport: 'required'` as `async: true`, for the Responses API alone: the model goes on without
   * their outputs, which are sent when they are there.
   */
  readonly async?: boolean | undefined
}

/** A tool as the given API takes it. */
export type OpenAiTool<Api extends OpenAiFormat = OpenAiFormat> = Api extends 'chat'
  ? OpenAI.ChatCompletionFunctionTool
  : OpenAI.Responses.FunctionTool

/** The parameters of a function, and whether they are strict. */
interface Parameters {
  readonly strict: boolean
  readonly parameters: { [key: string]: unknown }
}

/**
 * The tools of a runtime for the `tools` of a request, in the order of their registration. Names that OpenAI does not
 * take are changed; {@link toolCallsFrom} and {@link dispatchTurn} change them back. Throws a TypeError, with the tool and
 * the place in its schema, where a tool cannot be told to a model.
 */
export function toOpenAiTools<Api extends OpenAiFormat>(
  runtime: Runtime,
  options: OpenAiToolsOptions<Api>,
): OpenAiTool<Api>[] {
  check(options)
  const names = toolNames(runtime.registry, openAiNames)
  return runtime.registry.list().map((tool) => {
    const named = { name: names.toProvider(tool.name), description: tool.description }
    const rules = parametersOf(tool, options.strict)
    const declared = options.api === 'chat' ? chatTool(named, rules) : responsesTool(named, rules)
    const isAsync = options.async === true && isLong(runtime.registry.get(tool.name))
    return (isAsync ? { ...declared, async: true } : declared) as OpenAiTool<Api>
  })
}

interface Named {
  readonly name: string
  readonly description: string
}

function chatTool(named: Named, { strict, parameters }: Parameters): OpenAI.ChatCompletionFunctionTool {
  return { type: 'function', function: { ...named, parameters, ...(strict && { strict }) } }
}

/** The Responses API takes a tool for strict that does not say. */
function responsesTool(named: Named, { strict, parameters }: Parameters): OpenAI.Responses.FunctionTool {
  return { type: 'function', ...named, parameters, strict }
}

function isLong(tool: Tool | undefined): boolean {
  return tool?.execution.taskSupport === 'required'
}

function parametersOf({ name, inputSchema }: ToolDescription, strict: boolean | undefined): Parameters {
  if (strict !== false) {
    try {
      return { strict: true, parameters: toStrictSchema(inputSchema) }
    } catch (fault) {
      const advice = 'leave strict out, so that this tool is declared without it, or change the schema'
      if (!(fault instanceof SchemaFault)) throw fault
      if (strict) throw refusal(`tool '${name}': strict mode cannot express ${fault.message}; ${advice}`, fault)
    }
  }
  return { strict: false, parameters: loose(name, inputSchema) }
}

function loose(name: string, schema: JsonRecord): JsonRecord {
  try {
    return toLooseSchema(schema)
  } catch (fault) {
    if (!(fault instanceof SchemaFault)) throw fault
    const advice = 'make the input an object, and put alternatives into one of its properties'
    throw refusal(`tool '${name}': OpenAI takes an object as input, not ${fault.message}; ${advice}`, fault)
  }
}

function refusal(message: string, cause: unknown): TypeError {
  return new TypeError(`toOpenAiTools: ${message}`, { cause })
}

function check(options: OpenAiToolsOptions): void {
  const { api, async: isAsync }: { readonly api?: unknown; readonly async?: unknown } = options
  checkOptions('toOpenAiTools', options, { api: ['chat', 'responses'], strict: 'boolean', async: 'boolean' })
  if (api === undefined) throw refusal("api must be 'chat' or 'responses', got undefined", undefined)
  if (isAsync && api === 'chat') throw refusal("async is of the Responses API alone: use api: 'responses'", undefined)
}
