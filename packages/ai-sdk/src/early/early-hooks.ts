import type { SdkContext } from '../run/tool-runner.ts'
import type { SdkTool } from '../tool/sdk-tool.ts'
import type { EarlyCalls } from './early-calls.ts'

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
  return {
    async onInputAvailable(options: SdkContext & { readonly input: unknown }) {
      if (onInputAvailable) await Reflect.apply(onInputAvailable, tool, [options])
      const { input, ...context } = options
      early.offer(input, context)
    },
    async needsApproval(input: unknown, context: ApprovalContext) {
      const isNeeded =
        typeof needsApproval === 'function' ? await Reflect.apply(needsApproval, tool, [input, context]) : false
      if (!isNeeded) early.allow(input, context)
      return isNeeded
    },
  }
}
