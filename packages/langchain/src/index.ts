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
export {
  type HeadraceMiddleware,
  type HeadraceMiddlewareOptions,
  headraceMiddleware,
} from './middleware/headrace-middleware.ts'
export type { MessageOptions } from './reply/message-of.ts'
export { type LateMessagesOptions, toLateMessages } from './reply/to-late-messages.ts'
export { type ToolMessagesOptions, toToolMessages } from './reply/to-tool-messages.ts'
export { dispatchTurn, type TurnOptions } from './stream/dispatch-turn.ts'
export { type ToolCallsOptions, toolCallsFrom } from './stream/tool-calls-from.ts'
export type { LangChainToolsOptions } from './tools/lang-chain-tools-options.ts'
export { toLangChainTools } from './tools/to-lang-chain-tools.ts'
export { type WrapToolsOptions, wrapTools } from './tools/wrap-tools.ts'
