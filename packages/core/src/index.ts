export type {
  AfterlifeEvent,
  CallEvent,
  CallStepEvent,
  OutputEvent,
  ProgressUpdate,
  SettleEvent,
} from './call/call-event.ts'
export type {
  CacheLayer,
  CacheMeta,
  CallCancelled,
  CallFailed,
  CallMeta,
  CallOk,
  CallResult,
} from './call/call-result.ts'
export type { Middleware, MiddlewareCall, MiddlewareNext } from './call/middleware.ts'
export type { BoundCall, ToolCall } from './call/tool-call.ts'
export { assertOk } from './errors/assert-ok.ts'
export { type CancelKind, CancelReason } from './errors/cancel-reason.ts'
export { type ModelReply, toModel } from './errors/model-reply.ts'
export type { ModelError } from './errors/render-error.ts'
export { isToolError, ToolError, type ToolErrorInit } from './errors/tool-error.ts'
export type { ToolErrorCode } from './errors/tool-error-code.ts'
export { type ToolFailure, toolFailure } from './errors/tool-failure.ts'
export { type MemoryBreakerStore, memoryBreakerStore } from './memory/memory-breaker-store.ts'
export { memoryCacheStore } from './memory/memory-cache-store.ts'
export { breakCircuit } from './policies/breaker/break-circuit.ts'
export { retryCalls } from './policies/retry/retry-calls.ts'
export { timeoutCalls } from './policies/timeout/timeout-calls.ts'
export type {
  BreakerAdmission,
  BreakerOutcome,
  BreakerOutcomeKind,
  BreakerRules,
  BreakerState,
  BreakerStore,
  BreakerView,
} from './ports/breaker-store.ts'
export type { CacheEntry, CacheGuard, CacheKey, CacheStore } from './ports/cache-store.ts'
export type { Clock, Timer } from './ports/clock.ts'
export type { Awaitable, PortOptions } from './ports/port-options.ts'
export { systemClock } from './ports/system-clock.ts'
export type { ToolDescription } from './registry/describe-tool.ts'
export type { Registry } from './registry/registry.ts'
export type { RuntimeControl } from './runtime/control.ts'
export {
  type CloseOptions,
  createRuntime,
  type Runtime,
  type RuntimeOptions,
} from './runtime/create-runtime.ts'
export type { RuntimeEvent, SystemEvent } from './runtime/engine/runtime-event.ts'
export type { Scope, ScopeOptions } from './runtime/scope.ts'
export type { GateSnapshot, RuntimeSnapshot } from './runtime/snapshot.ts'
export type { ScopeTree } from './scope/scope-child.ts'
export type { CallContext } from './tool/call-context.ts'
export type { CallOptions } from './tool/call-options.ts'
export { defineTool, type ToolDefinition } from './tool/define-tool.ts'
export type { PendingCall } from './tool/pending-call.ts'
export type { Tool, ToolAnnotations, ToolExecution } from './tool/tool.ts'
export type { RuntimePolicy, ToolPolicy } from './tool/tool-policy.ts'
