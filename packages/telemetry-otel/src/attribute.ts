/** What attributes are called: first those of OpenTelemetry's conventions, then ours. Times are seconds. */
export const attribute = {
  operation: 'gen_ai.operation.name',
  tool: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  description: 'gen_ai.tool.description',
  callId: 'gen_ai.tool.call.id',
  arguments: 'gen_ai.tool.call.arguments',
  result: 'gen_ai.tool.call.result',
  agent: 'gen_ai.agent.name',
  errorType: 'error.type',
  errorMessage: 'headrace.error.message',
  outcome: 'headrace.outcome',
  attempt: 'headrace.attempt',
  attempts: 'headrace.attempts',
  isHedge: 'headrace.hedge',
  delay: 'headrace.delay',
  queueWait: 'headrace.queue.wait',
  cacheLayer: 'headrace.cache.layer',
  cacheAge: 'headrace.cache.age',
  cacheSimilarity: 'headrace.cache.similarity',
  isDegraded: 'headrace.degraded',
  cancelKind: 'headrace.cancel.kind',
  key: 'headrace.key',
  breakerState: 'headrace.breaker.state',
  store: 'headrace.store',
} as const

/** Stands for names that nobody has bounded, as in OpenTelemetry's conventions. */
export const other = '_OTHER'
