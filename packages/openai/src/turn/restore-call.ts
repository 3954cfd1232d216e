import { type IdentifiedCall, toolNames } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { openAiNames } from '../tools/openai-names.ts'

/** A call as the runtime's tools know it. */
export function restoreCall({ registry }: Runtime, call: IdentifiedCall): IdentifiedCall {
  const tool = toolNames(registry, openAiNames).fromProvider(call.tool)
  return { ...call, tool }
}
