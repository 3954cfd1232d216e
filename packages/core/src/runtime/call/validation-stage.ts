import { type Validation, validateInput } from '../../dispatch/validate.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import type { Engine } from '../engine/engine.ts'
import { argumentsInvalid, type ErrorPlace } from '../engine/refusal.ts'
import type { ToolRecord } from '../engine/tool-record.ts'

/** A call whose arguments have yet to be validated. */
export interface ValidatedCall {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly place: ErrorPlace
  readonly status: 'queued' | 'running' | 'settled'
  /** What comes next may take any time, bounded by the caller alone; false where that has ended the call. */
  waitForOthers(now: number): boolean
  onValid(input: unknown, now: number): void
  onRefused(error: ToolError, now: number): void
}

/** Validates arguments by the tool's input schema; at once where the schema can. */
export function validate(call: ValidatedCall, value: unknown, now: number): void {
  const validation = validateInput(call.record.tool.inputSchema, value)
  if (!('then' in validation)) return take(call, validation, now)
  if (!call.waitForOthers(now)) return
  validation.then((settled) => {
    if (call.status !== 'settled') take(call, settled, call.engine.clock.monotonic())
  })
}

function take(call: ValidatedCall, validation: Validation, now: number): void {
  if (validation.issues === undefined) call.onValid(validation.value, now)
  else call.onRefused(argumentsInvalid(call.place, validation.issues), now)
}
