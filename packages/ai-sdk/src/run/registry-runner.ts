import type { CallOptions, CallPending, Calls, Tool, ToolCall } from '@headrace/core'
import { isGeneratorFunction, type SdkContext, type ToolRunner } from './tool-runner.ts'

/** What of a registry runs, and with what options. */
export interface RegistryRunnerOptions {
  readonly tool: Tool
  readonly optionsOf: (context: SdkContext) => CallOptions
  readonly onPending: ((result: CallPending) => void) | undefined
}

/** Runs a tool of a runtime's registry. */
export function registryRunner(
  runtime: Pick<Calls, 'dispatch' | 'dispatch$'>,
  { tool, optionsOf, onPending }: RegistryRunnerOptions,
): ToolRunner {
  const callOf = (input: unknown, { toolCallId }: SdkContext): ToolCall => ({
    callId: toolCallId,
    tool: tool.name,
    arguments: input,
  })
  return {
    isGenerator: isGeneratorFunction(tool.execute),
    onPending,
    start: (input, context) => ({
      pending: runtime.dispatch(callOf(input, context), optionsOf(context)),
      streams: false,
    }),
    start$: (input, context) => runtime.dispatch$(callOf(input, context), optionsOf(context)),
  }
}
