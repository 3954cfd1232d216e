export { dispatchTurn, dispatchTurnFromBytes, type GeminiTurnOptions } from './stream/dispatch-turn.ts'
export type { GeminiStream } from './stream/gemini-turn.ts'
export { type ToolCallsOptions, toolCallsFrom, toolCallsFromBytes } from './stream/tool-calls-from.ts'
