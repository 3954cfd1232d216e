import type { Behavior, FunctionDeclaration, Tool } from '@google/genai'
import { checkOptions } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { enumValue } from '../options/enum-value.ts'
import { toGeminiSchema } from '../schema/gemini-schema.ts'
import { geminiNames } from './gemini-names.ts'

/** Options of {@link toGeminiTools}. */
export interface GeminiToolsOptions {
  /**
   * For the Live API: tools whose `execution.taskSupport` is `required` are declared `NON_BLOCKING`, so that the model goes
   * on while they run. No other method knows the field. False by default.
   */
  readonly live?: boolean | undefined
}

/** The Gemini API takes no more functions than this in one tool. */
const maxDeclarations = 512

/**
 * The tools of a runtime's registry for `config.tools`: one tool with a function for each, in the registry's order; none
 * where the registry is empty. Throws a TypeError that names the tool, the place in its schema and what to do where Gemini
 * cannot be told of it, and a RangeError above 512 tools.
 */
export function toGeminiTools(runtime: Runtime, options: GeminiToolsOptions = {}): Tool[] {
  const { live = false } = options
  checkOptions('toGeminiTools', options, { live: 'boolean' })
  const names = geminiNames(runtime)
  const declarations = runtime.registry.list().map(({ name, description, inputSchema }): FunctionDeclaration => {
    const schema = toGeminiSchema(name, inputSchema)
    return {
      name: names.toProvider(name),
      description,
      ...(schema && { parametersJsonSchema: schema }),
      ...(live && isLongRunning(runtime, name) && { behavior: enumValue<Behavior>('NON_BLOCKING') }),
    }
  })
  if (declarations.length > maxDeclarations) {
    throw new RangeError(`toGeminiTools: Gemini takes at most ${maxDeclarations} tools, got ${declarations.length}`)
  }
  return declarations.length === 0 ? [] : [{ functionDeclarations: declarations }]
}

function isLongRunning(runtime: Runtime, name: string): boolean {
  return runtime.registry.get(name)?.execution.taskSupport === 'required'
}
