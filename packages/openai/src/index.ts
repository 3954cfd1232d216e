export {
  dispatchTurn,
  dispatchTurnFromBytes,
  type OpenAiDispatchBytesOptions,
  type OpenAiDispatchOptions,
} from './dispatch-turn.ts'
export {
  type ToolCallsFromBytesOptions,
  type ToolCallsFromOptions,
  toolCallsFrom,
  toolCallsFromBytes,
} from './tool-calls-from.ts'
export type { OpenAiFormat } from './turn/openai-reader.ts'
