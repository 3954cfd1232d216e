import { type CallResult, ToolError } from '@headrace/core'
import type { ViewEvent } from './view.ts'

/** Times in samples are milliseconds from this moment. */
export const zero = 1_800_000_000_000

const envelope = { callId: 'q1 a', tool: 'package_facts' }
const meta = { queuedMs: 20, durationMs: 100, attempts: 2 }
const error = new ToolError({
  ...envelope,
  code: 'EXECUTION_FAILED',
  message: 'busy',
  details: { status: 503 },
  retryable: true,
})
export const okResult: CallResult = { status: 'ok', ...envelope, output: { id: 'a@1.0.0' }, meta }

/** A question with one call: it waits, fails, waits again, succeeds; meanwhile a breaker opens and closes. */
export const sampleEvents: readonly ViewEvent[] = [
  { type: 'question-start', at: zero, question: 'Which?', number: 1, of: 3, model: 'planner' },
  { type: 'model-text', at: zero, text: 'looks' },
  { type: 'turn-start', at: zero, turn: 1, text: 'looks', calls: [{ ...envelope, label: 'a' }] },
  { type: 'call-queue', ...envelope, at: zero, key: 'package_facts' },
  { type: 'call-start', ...envelope, at: zero + 20 },
  { type: 'attempt-start', ...envelope, at: zero + 20, attempt: 1 },
  { type: 'attempt-fail', ...envelope, at: zero + 40, attempt: 1, error },
  { type: 'breaker-change', at: zero + 40, key: 'metadata a-m', from: 'closed', to: 'open' },
  { type: 'retry-wait', ...envelope, at: zero + 40, attempt: 1, delayMs: 40 },
  { type: 'breaker-change', at: zero + 70, key: 'metadata a-m', from: 'open', to: 'half-open' },
  { type: 'attempt-start', ...envelope, at: zero + 80, attempt: 2 },
  { type: 'breaker-change', at: zero + 90, key: 'metadata a-m', from: 'half-open', to: 'closed' },
  { type: 'call-settle', ...envelope, at: zero + 100, result: okResult },
  { type: 'turn-end', at: zero + 100, turn: 1, results: [okResult] },
  { type: 'model-text', at: zero + 100, text: 'That one.' },
  { type: 'question-end', at: zero + 100, answer: 'That one.', turns: 2 },
]
