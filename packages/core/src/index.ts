export type { AuditOptions } from './audit/audit-options.ts'
export { nextAuditRecord } from './audit/chain-record.ts'
export { createRedactor, type RedactionRules, type Redactor } from './audit/create-redactor.ts'
export {
  type AuditFault,
  type AuditVerification,
  type VerifyAuditOptions,
  verifyAudit,
} from './audit/verify-audit.ts'
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
  CallPending,
  CallResult,
  FinalResult,
  JobProgress,
  JobState,
  JobView,
} from './call/call-result.ts'
export type { Middleware, MiddlewareCall, MiddlewareNext } from './call/middleware.ts'
export type { BoundCall, ToolCall } from './call/tool-call.ts'
export { assertOk } from './errors/assert-ok.ts'
export { type CancelKind, CancelReason } from './errors/cancel-reason.ts'
export { type ExecutionPlace, executionError } from './errors/execution-error.ts'
export { type ModelJob, type ModelReply, type ModelResult, toModel } from './errors/model-reply.ts'
export type { ModelError } from './errors/render-error.ts'
export type { ModelIssue } from './errors/text/model-issues.ts'
export { isToolError, ToolError, type ToolErrorInit } from './errors/tool-error.ts'
export type { ToolErrorCode } from './errors/tool-error-code.ts'
export { type ToolFailure, type ToolFailureInit, toolFailure } from './errors/tool-failure.ts'
export type { Job, JobGetOptions } from './jobs/job.ts'
export { type LexicalEmbedder, type LexicalEmbedderOptions, lexicalEmbedder } from './memory/lexical-embedder.ts'
export { type MemoryAuditLog, type MemoryAuditLogOptions, memoryAuditLog } from './memory/memory-audit-log.ts'
export {
  type MemoryBreakerOptions,
  type MemoryBreakerStore,
  memoryBreakerStore,
} from './memory/memory-breaker-store.ts'
export { type MemoryCacheStore, type MemoryCacheStoreOptions, memoryCacheStore } from './memory/memory-cache-store.ts'
export { type MemoryJobStore, type MemoryJobStoreOptions, memoryJobStore } from './memory/memory-job-store.ts'
export { type MemoryLimiter, type MemoryLimiterOptions, memoryLimiter } from './memory/memory-limiter.ts'
export {
  type MemoryVectorIndex,
  type MemoryVectorIndexOptions,
  memoryVectorIndex,
} from './memory/memory-vector-index.ts'
export type { ApprovalDecision, ApprovalOptions, ApprovalPolicy } from './policies/approval/approval-policy.ts'
export { breakCircuit } from './policies/breaker/break-circuit.ts'
export type { BreakerPolicy } from './policies/breaker/breaker-policy.ts'
export type { CircuitOptions } from './policies/breaker/circuit/circuit.ts'
export { type CacheCallsOptions, cacheCalls } from './policies/cache/cache-calls.ts'
export type { CachePolicy, CacheScope, InvalidatePolicy, TagResult } from './policies/cache/cache-policy.ts'
export type { FieldPolicy, NormalizeField } from './policies/cache/field-policy.ts'
export type { NegativePolicy } from './policies/cache/negative-policy.ts'
export type { Semantic, SemanticFinding, SemanticQuestion } from './policies/cache/semantic.ts'
export type { AdaptivePolicy } from './policies/concurrency/adaptive-limit.ts'
export type { ConcurrencyPolicy } from './policies/concurrency/concurrency-policy.ts'
export { type LimitConcurrencyOptions, limitConcurrency } from './policies/concurrency/limit-concurrency.ts'
export type { FallbackPolicy, FallbackTool } from './policies/fallback/fallback-policy.ts'
export { fallbackTo, type Spare } from './policies/fallback/fallback-to.ts'
export type { HedgeBudgetRules } from './policies/hedge/hedge-budget.ts'
export { type HedgeCallsOptions, hedgeCalls } from './policies/hedge/hedge-calls.ts'
export type { HedgePolicy } from './policies/hedge/hedge-policy.ts'
export { type LimitRateOptions, limitRate } from './policies/rate-limit/limit-rate.ts'
export type { RateLimit, RateLimitPolicy } from './policies/rate-limit/rate-limit-policy.ts'
export type { RepeatPolicy } from './policies/repeat/repeat-policy.ts'
export type { BackoffRules } from './policies/retry/backoff.ts'
export type { RetryBudgetRules } from './policies/retry/retry-budget.ts'
export { type RetryCallsOptions, retryCalls } from './policies/retry/retry-calls.ts'
export type { RetryBackoff, RetryDelay, RetryPolicy } from './policies/retry/retry-policy.ts'
export { type TimeoutCallsOptions, timeoutCalls } from './policies/timeout/timeout-calls.ts'
export type { TimeoutPolicy } from './policies/timeout/timeout-policy.ts'
export type { AuditHead, AuditLog, AuditRange, AuditRecord } from './ports/audit-log.ts'
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
export type { Embedder } from './ports/embedder.ts'
export type { JobChange, JobRecord, JobStore } from './ports/job-store.ts'
export type {
  ConcurrencyRequest,
  LimitDecision,
  Limiter,
  LimitRequest,
  RateRequest,
} from './ports/limiter.ts'
export type { Awaitable, PortOptions } from './ports/port-options.ts'
export type { StoredCause, StoredError, StoredReason, StoredResult } from './ports/stored-result.ts'
export { systemClock } from './ports/system-clock.ts'
export { isTerminalState } from './ports/terminal-state.ts'
export type { VectorIndex, VectorMatch } from './ports/vector-index.ts'
export type { ToolDescription } from './registry/describe-tool.ts'
export type { Registry, RegistryChange } from './registry/registry.ts'
export type { BreakerControl, CacheControl, RuntimeControl } from './runtime/control.ts'
export {
  type CloseOptions,
  createRuntime,
  type Runtime,
  type RuntimeOptions,
} from './runtime/create-runtime.ts'
export type { DispatchManyOptions } from './runtime/dispatch-many.ts'
export type { CallFollower, CallTelemetry, StartedCall } from './runtime/engine/call-follower.ts'
export type {
  BreakerChange,
  CacheWarning,
  JobStateChange,
  LimitChange,
  RegistryChanged,
  RuntimeEvent,
  StoreError,
  StoreName,
  StoreResume,
  StoreSuspend,
  SystemEvent,
} from './runtime/engine/runtime-event.ts'
export type { JobsOptions } from './runtime/jobs/job-options.ts'
export type { FindJobOptions } from './runtime/jobs/jobs.ts'
export type { Calls, Scope, ScopeOptions } from './runtime/scope.ts'
export type { GateSnapshot, RuntimeSnapshot } from './runtime/snapshot.ts'
export type { StoreErrorPolicy } from './runtime/store-error-policy.ts'
export type { Telemetry, WatchedRuntime } from './runtime/telemetry.ts'
export type { InputOf, OutputOf, TypedCalls } from './runtime/typed-call.ts'
export type { FailureMode } from './scope/failure-rule.ts'
export type { Finalizer } from './scope/finalizers.ts'
export type { ScopeTree } from './scope/scope-child.ts'
export type { CallContext, ContextCall, ContextDispatch } from './tool/call-context.ts'
export type { CallJobOptions, CallOptions } from './tool/call-options.ts'
export { defineTool, type ToolDefinition } from './tool/define-tool.ts'
export type { PendingCall } from './tool/pending-call.ts'
export type { Tool, ToolAnnotations, ToolExecution } from './tool/tool.ts'
export type { GlobalPolicy, RuntimePolicy, ToolPolicy } from './tool/tool-policy.ts'
export type { ToolReference, ToolTypes } from './tool/tool-reference.ts'
