import type { Model } from './model.ts'
import { ModelError, openaiModel } from './openai/openai-model.ts'
import { createPlanner } from './planner/planner.ts'

export interface ChooseModelOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Takes the planner whatever is configured. */
  readonly planner: boolean
  readonly packageNames: readonly string[]
}

/**
 * The language model that OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL name; without the first two the planner, so
 * that nothing leaves the machine because of a key that is there for something else.
 */
export function chooseModel({ environment, planner, packageNames }: ChooseModelOptions): Model {
  const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_MODEL: model } = environment
  if (planner || !baseUrl || !apiKey) return createPlanner(packageNames)
  if (!URL.canParse(baseUrl)) {
    throw new ModelError(`OPENAI_BASE_URL is no URL: ${baseUrl}. Give one such as http://localhost:11434/v1`)
  }
  if (!model) throw new ModelError(`OPENAI_MODEL is not set: name the model that ${baseUrl} shall run`)
  return openaiModel({ baseUrl, apiKey, model })
}
