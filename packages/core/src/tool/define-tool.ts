import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { CallContext } from './call-context.ts'
import { checkDefinition } from './check-definition.ts'
import { checkPolicy, checkPolicyFits } from './check-policy.ts'
import type { OutputOf, PartOf } from './output-of.ts'
import type { Tool, ToolAnnotations, ToolExecution } from './tool.ts'
import type { ToolPolicy } from './tool-policy.ts'

/** What {@link defineTool} takes. */
export interface ToolDefinition<
  Name extends string,
  Input extends StandardSchemaV1,
  Returned,
  Output extends StandardSchemaV1 | undefined = undefined,
> {
  /** 1 to 128 characters of A-Z a-z 0-9 _ . - / */
  readonly name: Name
  /** A name for people. */
  readonly title?: string | undefined
  /** What the model reads to choose the tool. */
  readonly description: string
  /** Any Standard Schema: zod, valibot, arktype, or a JSON Schema through `jsonSchema`. */
  readonly inputSchema: Input
  /** A result that does not match it is OUTPUT_INVALID. */
  readonly outputSchema?: Output
  readonly annotations?: ToolAnnotations | undefined
  readonly execution?: ToolExecution | undefined
  /** Overrides the runtime's policy, key by key. */
  readonly policy?: ToolPolicy | undefined
  /**
   * Does the work, sync or async. Only an Observable or an AsyncIterable streams; the result is then a generator's
   * return value where it is not undefined, else the last value.
   */
  execute(input: StandardSchemaV1.InferOutput<Input>, context: CallContext): Returned
}

/** What a call gives: what the output schema says where there is one, else what `execute` returns. */
type ResultOf<Output, Returned> = Output extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Output>
  : OutputOf<Returned>

/**
 * Defines a tool and checks it: a name, schema, annotation or policy that makes no sense throws here, and so do a
 * `retry` that the annotations do not allow and a `cache` on a tool that is not read-only. Gives a frozen object. Its
 * types are those that the schemas know, and where there is no output schema, what `execute` returns or streams.
 */
export function defineTool<
  const Name extends string,
  Input extends StandardSchemaV1,
  Returned,
  Output extends StandardSchemaV1 | undefined = undefined,
>(
  definition: ToolDefinition<Name, Input, Returned, Output>,
): Tool<Name, StandardSchemaV1.InferInput<Input>, ResultOf<Output, Returned>, PartOf<Returned>> {
  const {
    name,
    title,
    description,
    inputSchema,
    outputSchema,
    annotations,
    execution,
    policy = {},
    execute,
  } = definition
  const where = checkDefinition(definition)
  checkPolicy(policy, where)
  checkPolicyFits(policy, annotations ?? {}, where)
  const tool = {
    name,
    ...(title === undefined ? undefined : { title }),
    description,
    inputSchema,
    ...(outputSchema === undefined ? undefined : { outputSchema }),
    annotations: Object.freeze({ ...annotations }),
    execution: Object.freeze({ ...execution }),
    policy: Object.freeze({ ...policy }),
    execute,
  }
  return Object.freeze(tool) as Tool<
    Name,
    StandardSchemaV1.InferInput<Input>,
    ResultOf<Output, Returned>,
    PartOf<Returned>
  >
}
