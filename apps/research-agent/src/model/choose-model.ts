import type { Awaitable } from '@headrace/core'
import type { Model } from './model.ts'
import { ModelError } from './openai/model-error.ts'
import { createPlanner } from './planner/planner.ts'

export interface ChooseModelOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Takes the planner whatever is configured. */
  readonly planner: boolean
}

/** Makes the model, once the names of the installed packages are known. */
export type MakeModel = (packageNames: readonly string[]) => Awaitable<Model>

/**
 * The language model that OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL name; without the first two the planner, so
 * that nothing leaves the machine because of a key that is there for something else.
 */
export function chooseModel({ environment, planner }: ChooseModelOptions): MakeModel {
  const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_MODEL: model } = environment
  if (planner || !baseUrl || !apiKey) return createPlanner
  if (!URL.canParse(baseUrl)) {
    throw new ModelError(`OPENAI_BASE_URL is no URL: ${baseUrl}. Give one such as http://localhost:11434/v1`)
  }
  if (!model) throw new ModelError(`OPENAI_MODEL is not set: name the model that ${baseUrl} shall run`)
  // Loaded only where it is used: it takes a quarter of a second.
  return async () => (await import('./openai/openai-model.ts')).openaiModel({ baseUrl, apiKey, model })
}
