/** Calls a function of an SDK, whose parameters only the SDK knows. */
type Handler = (...args: never[]) => unknown

/** A runnable tool of `client.chat.completions.runTools`; `parse` gives its function arguments other than the text. */
export interface RunnableTool {
  readonly function: {
    readonly name?: string | undefined
    readonly description?: string | undefined
    readonly function: Handler
  }
}

/** A tool of `zodFunction` or `standardFunction`, which keep their callback apart from what is sent. */
export interface ParseableTool {
  readonly function: { readonly name: string; readonly description?: string | undefined }
  readonly $callback: Handler
}

/** A function tool of `@openai/agents`. */
export interface AgentTool {
  readonly name: string
  readonly description?: string | undefined
  readonly invoke: Handler
}

/** A function of the SDK's runner of responses. */
export interface RunnerTool {
  readonly tool: { readonly name: string; readonly description?: string | null | undefined }
  readonly execute: Handler
}

export function isRunnableTool(tool: object): tool is RunnableTool {
  const inner: unknown = Reflect.get(tool, 'function')
  return typeof inner === 'object' && inner !== null && typeof Reflect.get(inner, 'function') === 'function'
}

export function isParseableTool(tool: object): tool is ParseableTool {
  return typeof Reflect.get(tool, '$callback') === 'function' && nameOf(Reflect.get(tool, 'function')) !== undefined
}

export function isAgentTool(tool: object): tool is AgentTool {
  return typeof Reflect.get(tool, 'invoke') === 'function' && nameOf(tool) !== undefined
}

export function isRunnerTool(tool: object): tool is RunnerTool {
  return typeof Reflect.get(tool, 'execute') === 'function' && nameOf(Reflect.get(tool, 'tool')) !== undefined
}

function nameOf(value: unknown): string | undefined {
  const name: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'name') : undefined
  return typeof name === 'string' ? name : undefined
}
