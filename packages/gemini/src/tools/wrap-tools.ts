import type { CallableTool, FunctionCall, FunctionDeclaration, Part, Tool } from '@google/genai'
import { adoptTool, callOptions, checkWrapOptions, type WrapOptions } from '@headrace/bridge'
import type { CallContext, Runtime } from '@headrace/core'
import { responseOf } from '../reply/response-of.ts'

/** A function and what it does: the SDK has a form for the one, and none for both. */
export interface GeminiFunction {
  readonly declaration: FunctionDeclaration
  /** Takes the arguments as the model wrote them; what it returns is the output. */
  run(args: Record<string, unknown>, context: CallContext): unknown
}

/**
 * Lets callable tools (such as those of `mcpToTool`) and functions run through a runtime, for the SDK's automatic function
 * calling. It gives one callable tool for all of them, since the SDK waits for one before it asks the next: the calls of a
 * response run side by side. A call that fails is a response with an `error`, never an exception that ends the request.
 */
export function wrapTools(
  tools: readonly (CallableTool | GeminiFunction)[],
  runtime: Runtime,
  options: WrapOptions<FunctionCall> = {},
): CallableTool[] {
  const functions = tools.filter((tool) => !isCallable(tool)).map((tool) => loadFunction(tool))
  const areAllKnown = functions.length === tools.length
  const names = [...byName(functions.flatMap(({ members }) => members)).keys()]
  checkWrapOptions('wrapTools', options, areAllKnown ? names : undefined)
  return tools.length === 0 ? [] : [createWrapped(tools, runtime, options)]
}

function createWrapped(
  tools: readonly (CallableTool | GeminiFunction)[],
  runtime: Runtime,
  options: WrapOptions<FunctionCall>,
): CallableTool {
  let known: ReadonlyMap<string, Member> | undefined
  const load = async (): Promise<{ readonly tool: Tool; readonly members: ReadonlyMap<string, Member> }> => {
    const loaded = await Promise.all(
      tools.map(async (tool) => (isCallable(tool) ? loadCallable(tool) : loadFunction(tool))),
    )
    const members = byName(loaded.flatMap((one) => one.members))
    checkWrapOptions('wrapTools', options, [...members.keys()])
    known = members
    const functionDeclarations = Array.from(members.values(), ({ declaration }) => declaration)
    return { tool: Object.assign({}, ...loaded.map(({ tool }) => tool), { functionDeclarations }), members }
  }
  return {
    tool: async () => (await load()).tool,
    async callTool(calls) {
      const members = known ?? (await load()).members
      const answers = calls.map(async (call) => {
        const member = members.get(call.name ?? '')
        return member === undefined ? [] : answer(member, call, { runtime, options })
      })
      return (await Promise.all(answers)).flat()
    },
  }
}

/** A declared function, and how its calls are run and answered. */
interface Member {
  readonly declaration: FunctionDeclaration
  run(call: FunctionCall, context: CallContext): unknown
  /** The parts that an output already is. */
  readonly givesParts: boolean
}

interface Loaded {
  readonly tool: Tool
  readonly members: readonly Member[]
}

function isCallable(tool: CallableTool | GeminiFunction): tool is CallableTool {
  return 'callTool' in tool
}

async function loadCallable(callable: CallableTool): Promise<Loaded> {
  const tool = await callable.tool()
  const run = (call: FunctionCall): Promise<Part[]> => callable.callTool([call])
  const members = (tool.functionDeclarations ?? []).map((declaration) => ({ declaration, run, givesParts: true }))
  return { tool, members }
}

function loadFunction(tool: CallableTool | GeminiFunction): Loaded {
  const { declaration, run } = isFunction(tool) ? tool : refuse(tool)
  return {
    tool: {},
    members: [{ declaration, run: ({ args = {} }, context) => run.call(tool, args, context), givesParts: false }],
  }
}

function isFunction(tool: CallableTool | GeminiFunction): tool is GeminiFunction {
  const { declaration, run }: Partial<GeminiFunction> = 'declaration' in tool ? tool : {}
  return typeof declaration?.name === 'string' && typeof run === 'function'
}

function refuse(tool: unknown): never {
  throw new TypeError(
    `wrapTools: a tool is a CallableTool or { declaration, run } with a declaration.name, got ${JSON.stringify(tool)}`,
  )
}

function byName(members: readonly Member[]): ReadonlyMap<string, Member> {
  const known = new Map<string, Member>()
  for (const member of members) {
    const { name = '' } = member.declaration
    if (known.has(name)) throw new TypeError(`wrapTools: two tools declare the function '${name}'`)
    known.set(name, member)
  }
  return known
}

interface Wrapping {
  readonly runtime: Runtime
  readonly options: WrapOptions<FunctionCall>
}

async function answer(member: Member, call: FunctionCall, { runtime, options }: Wrapping): Promise<readonly Part[]> {
  const { name = '', description } = member.declaration
  const hints = options.tools && Object.hasOwn(options.tools, name) ? options.tools[name] : undefined
  const { tool: _, ...adopted } = adoptTool(runtime, { name, description, ...hints })
  const run = (input: unknown, context: CallContext): unknown =>
    member.run({ ...call, args: input as Record<string, unknown> }, context)
  const result = await adopted.call(call.args ?? {}, run, callOptions(options, call, { callId: call.id })).result()
  if (result.status === 'ok' && member.givesParts) return partsFor(call, result.output)
  return [{ functionResponse: { ...idOf(call), name, response: { ...responseOf(result) } } }]
}

/** A part that comes out of a cache, or of a call that was joined, answers this call. */
function partsFor(call: FunctionCall, output: unknown): readonly Part[] {
  return (Array.isArray(output) ? output : []).map((part: Part) => {
    if (part.functionResponse === undefined) return part
    const { id: _, ...response } = part.functionResponse
    return { ...part, functionResponse: { ...idOf(call), ...response } }
  })
}

function idOf({ id }: FunctionCall): { readonly id?: string } {
  return id === undefined ? {} : { id }
}
