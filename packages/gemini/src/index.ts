export {
  type DispatchedTurn,
  type DispatchTurnOptions,
  type EarlyStart,
  finalResult,
  IncompleteCallsError,
  type TurnFinish,
  type WrapOptions,
} from '@headrace/bridge'
export { dispatchLive, type LiveCalls, type LiveOptions, type SendResponses } from './live/dispatch-live.ts'
export type { GeminiReplyOptions } from './reply/function-response.ts'
export { toLateContents } from './reply/to-late-contents.ts'
export { type LateMessagesOptions, type LateScheduling, toLateMessages } from './reply/to-late-messages.ts'
export { type ToolMessagesOptions, toToolMessages } from './reply/to-tool-messages.ts'
export { dispatchTurn, dispatchTurnFromBytes, type GeminiTurnOptions } from './stream/dispatch-turn.ts'
export type { GeminiStream } from './stream/gemini-turn.ts'
export { type ToolCallsOptions, toolCallsFrom, toolCallsFromBytes } from './stream/tool-calls-from.ts'
export { type CallableToolOptions, toCallableTool } from './tools/to-callable-tool.ts'
export { type GeminiToolsOptions, toGeminiTools } from './tools/to-gemini-tools.ts'
export { type GeminiFunction, wrapTools } from './tools/wrap-tools.ts'
