export type {
  ByteSource,
  DispatchedTurn,
  EarlyStart,
  IdentifiedCall,
  ReplyOptions,
  ToolHints,
  TurnFinish,
  ValueSource,
  WrapOptions,
} from '@headrace/bridge'
export { finalResult, IncompleteCallsError } from '@headrace/bridge'
export {
  type LateMessage,
  type ToolMessage,
  type ToolMessagesOptions,
  toLateMessages,
  toToolMessages,
} from './chat/tool-messages.ts'
export {
  dispatchTurn,
  dispatchTurnFromBytes,
  type OpenAiDispatchOptions,
} from './dispatch-turn.ts'
export {
  type LateInputMessage,
  type LateOutputsOptions,
  type ToolOutput,
  type ToolOutputsOptions,
  toLateOutputs,
  toToolOutputs,
} from './responses/tool-outputs.ts'
export {
  type ToolCallsFromOptions,
  toolCallsFrom,
  toolCallsFromBytes,
} from './tool-calls-from.ts'
export { type OpenAiTool, type OpenAiToolsOptions, toOpenAiTools } from './tools/to-openai-tools.ts'
export type { OpenAiFormat } from './turn/openai-reader.ts'
export { OpenAiStreamError } from './turn/stream-failure.ts'
export type { OpenAiRunContext } from './wrap/tool-runner.ts'
export { wrapTools } from './wrap/wrap-tools.ts'
