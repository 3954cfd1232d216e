export type {
  DispatchedTurn,
  DispatchTurnOptions,
  EarlyStart,
  IdentifiedCall,
  ToolHints,
  TurnFinish,
  WrapOptions,
} from '@headrace/bridge'
export { finalResult, IncompleteCallsError } from '@headrace/bridge'
export { type LateMessagesOptions, toLateMessages } from './reply/to-late-messages.ts'
export { type ToolMessagesOptions, toToolMessages } from './reply/to-tool-messages.ts'
export { AnthropicStreamError } from './stream/anthropic-stream-error.ts'
export { type ToolCallsOptions, toolCallsFrom, toolCallsFromBytes } from './stream/tool-calls-from.ts'
export { type AnthropicToolsOptions, toAnthropicTools } from './tools/to-anthropic-tools.ts'
export { dispatchTurn, dispatchTurnFromBytes, type TurnOptions } from './turn/dispatch-turn.ts'
export { type RunContext, wrapTools } from './wrap/wrap-tools.ts'
