import { checkFunction, checkKeys, checkNumber, checkOneOf } from '../options/check-option.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import { createRedactor, type RedactionRules, type Redactor } from './create-redactor.ts'

/** How a runtime records its calls. */
export interface AuditOptions {
  readonly log: AuditLog
  /**
   * What happens while the log cannot be written. `fail`, the default: new calls are refused with EXECUTION_FAILED and
   * `details.audit: 'unavailable'`, and nothing of them runs; what was to be recorded waits. `warn`: calls go on; what
   * finds no room to wait is lost, and counted in a record of its own once the log can be written again.
   */
  readonly onAuditError?: 'fail' | 'warn' | undefined
  /** What is taken out of records beside what looks like a secret. */
  readonly redact?: RedactionRules | undefined
  /** Whether records have the calls' arguments and outputs; both by default. */
  readonly include?: { readonly arguments?: boolean | undefined; readonly output?: boolean | undefined } | undefined
  /** Milliseconds that records are gathered before they are written; 0 by default: until the event loop turns. */
  readonly batchMs?: number | undefined
  /** Records that wait at most, 100,000: from there on `fail` refuses new calls and `warn` loses records. */
  readonly maxPending?: number | undefined
}

/** The same, complete. */
export interface ResolvedAudit {
  readonly log: AuditLog
  readonly failsClosed: boolean
  readonly redactor: Redactor
  readonly includesArguments: boolean
  readonly includesOutput: boolean
  readonly batchMs: number
  readonly maxPending: number
}

/** Completes what was given as `audit`: a log, or options with one. Throws where an option makes no sense. */
export function resolveAudit(audit: AuditLog | AuditOptions): ResolvedAudit {
  const where = 'createRuntime: audit'
  const options = isLog(audit) ? { log: audit } : audit
  checkKeys(where, options, ['log', 'onAuditError', 'redact', 'include', 'batchMs', 'maxPending'])
  if (!isLog(options.log)) throw new TypeError(`${where}: log must be an AuditLog, with append, head and records`)
  const { onAuditError = 'fail', include = {}, redact = {}, batchMs = 0, maxPending = 100_000 } = options
  checkOneOf(where, 'onAuditError', onAuditError, ['fail', 'warn'])
  checkNumber(where, 'batchMs', batchMs, { min: 0, max: 60_000 })
  checkNumber(where, 'maxPending', maxPending, { min: 1, integer: true })
  checkKeys(`${where}: include`, include, ['arguments', 'output'])
  for (const name of ['arguments', 'output'] as const)
    checkOneOf(where, `include.${name}`, include[name], [true, false])
  checkRedaction(`${where}: redact`, redact)
  return {
    log: options.log,
    failsClosed: onAuditError === 'fail',
    redactor: createRedactor(redact),
    includesArguments: include.arguments ?? true,
    includesOutput: include.output ?? true,
    batchMs,
    maxPending,
  }
}

function isLog(value: unknown): value is AuditLog {
  if (typeof value !== 'object' || value === null) return false
  return ['append', 'head', 'records'].every((name) => typeof Reflect.get(value, name) === 'function')
}

function checkRedaction(where: string, redact: RedactionRules): void {
  checkKeys(where, redact, ['keys', 'text'])
  const { keys, text } = redact
  checkFunction(where, 'text', text)
  if (keys === undefined) return
  const isRule = (key: unknown): boolean => typeof key === 'string' || key instanceof RegExp
  if (!Array.isArray(keys) || !keys.every(isRule)) {
    throw new TypeError(`${where}: keys must be an array of names and patterns`)
  }
}
