import type { SdkContext } from '../run/tool-runner.ts'
import type { SdkTool } from '../tool/sdk-tool.ts'
import type { EarlyCalls, InputContext } from './early-calls.ts'

/** The functions of a tool by which the SDK tells of its calls before it runs them. */
export type EarlyHooks = Pick<SdkTool, 'onInputAvailable' | 'needsApproval'>

/** What the SDK hands to `needsApproval`. */
type ApprovalContext = Pick<SdkContext, 'toolCallId' | 'messages' | 'context'>

/**
 * Puts early calls behind the functions that the SDK calls, the tool's own ones first. `needsApproval` is only asked where
 * the run's `toolApproval` says nothing of a call, so a call that may need somebody's approval does not start.
 */
export function earlyHooks(tool: SdkTool, early: EarlyCalls): EarlyHooks {
  const { onInputAvailable, needsApproval } = tool
  const offer = (options: InputContext): void => early.offer(options)
  const tell = async (options: InputContext): Promise<void> => {
    await onInputAvailable?.call(tool, options)
    offer(options)
  }
  const allow = (input: unknown, context: ApprovalContext): false => {
    early.allow(input, context)
    return false
  }
  const ask = async (input: unknown, context: ApprovalContext): Promise<boolean> => {
    const isNeeded = typeof needsApproval === 'function' && (await needsApproval.call(tool, input, context))
    return isNeeded || allow(input, context)
  }
  return {
    onInputAvailable: onInputAvailable ? tell : offer,
    needsApproval: typeof needsApproval === 'function' ? ask : allow,
  }
}
