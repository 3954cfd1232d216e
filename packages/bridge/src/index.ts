export { type NameRule, type ToolNames, toolNames } from './names/tool-names.ts'
export { checkOptions, type OptionKind } from './options/check-options.ts'
export { finalResult } from './reply/final-result.ts'
export { type ReplyOptions, type ReplyText, replyText } from './reply/reply-text.ts'
export type { ByteSource } from './stream/byte-source.ts'
export { type JsonEventsOptions, jsonEvents } from './stream/json-events.ts'
export { type ValueSource, valuesOf } from './stream/values-of.ts'
export {
  type DispatchedTurn,
  type DispatchTurnOptions,
  dispatchTurn,
  type EarlyStart,
  type TurnFinish,
} from './turn/dispatch-turn.ts'
export { isMadeCallId, makeCallId } from './turn/made-call-id.ts'
export { readTurn } from './turn/read-turn.ts'
export { IncompleteCallsError, toolCallsOf } from './turn/tool-calls-of.ts'
export type { CallComplete, CallIncomplete, IdentifiedCall, MessageFinish, TurnEvent } from './turn/turn-event.ts'
export type { TurnReader } from './turn/turn-reader.ts'
export {
  type AdoptedTool,
  adoptTool,
  type ForeignRun,
  type ForeignTool,
  type ToolHints,
} from './wrap/adopt-tool.ts'
export { outputsOf } from './wrap/outputs-of.ts'
export { callOptions, checkWrapOptions, type WrapOptions } from './wrap/wrap-options.ts'
