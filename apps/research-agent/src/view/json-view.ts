import { type CallResult, isToolError, toModel } from '@headrace/core'
import type { View } from './view.ts'

/** Shows a run as JSON: one object a line, every event and then the summary and the checks. */
export function createJsonView(write: (text: string) => void): View {
  const print = (value: object): void => write(`${JSON.stringify(value, toPlain)}\n`)
  return {
    show: print,
    note: (text) => print({ type: 'note', text }),
    summary: (summary) => print({ type: 'summary', ...summary }),
    checks: (checks) => {
      for (const check of checks) print({ type: 'check', ...check })
    },
    close() {},
  }
}

/** Errors have no JSON of their own: they are shown as a model sees them, and so without stacks and secrets. */
function toPlain(_key: string, value: unknown): unknown {
  if (isToolError(value)) return value.toModel()
  if (isResult(value)) return { ...toModel(value), callId: value.callId, tool: value.tool, meta: value.meta }
  if (value instanceof Error) return { name: value.name, message: value.message }
  return typeof value === 'bigint' ? value.toString() : value
}

function isResult(value: unknown): value is CallResult {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    'meta' in value &&
    'callId' in value &&
    !('error' in value && !isToolError(value.error))
  )
}
