import type { EarlyStart } from '@headrace/bridge'
import type { Tool } from '@headrace/core'
import { EarlyCalls } from '../early/early-calls.ts'
import { earlyHooks } from '../early/early-hooks.ts'
import { mayStartEarly } from '../early/early-start.ts'
import { watchMessages } from '../early/watch-messages.ts'
import { createExecute } from '../run/create-execute.ts'
import type { ToolRunner } from '../run/tool-runner.ts'
import { type SdkTool, withMembers } from './sdk-tool.ts'

/** How the calls of a tool run. */
export interface CreateToolOptions {
  readonly tool: Tool
  readonly runner: ToolRunner
  readonly early: EarlyStart
}

/** The SDK's tool with an `execute` of ours, and with what starts its calls early where that may be. */
export function createTool(sdkTool: SdkTool, { tool, runner, early }: CreateToolOptions): SdkTool {
  const isEarly = mayStartEarly(early, tool) && !isApprovedByPeople(sdkTool) && !runsAtProvider(sdkTool)
  const calls = isEarly ? new EarlyCalls({ tool, runner, early, watch: watchMessages() }) : undefined
  return withMembers(sdkTool, {
    ...(calls && earlyHooks(sdkTool, calls)),
    execute: createExecute(runner, calls),
  })
}

function isApprovedByPeople({ needsApproval }: SdkTool): boolean {
  return typeof needsApproval !== 'function' && Boolean(needsApproval)
}

function runsAtProvider(tool: SdkTool): boolean {
  return tool.type === 'provider' && tool.isProviderExecuted
}
