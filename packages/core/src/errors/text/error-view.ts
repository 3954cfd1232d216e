import type { ToolErrorCode } from '../tool-error-code.ts'

/** What is read of a ToolError to show it: the type itself would make the modules import each other. */
export interface ErrorView {
  readonly code: ToolErrorCode
  readonly message: string
  readonly tool: string
  readonly attempts: number
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly details: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}
