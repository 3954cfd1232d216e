import { isRecord, type JsonRecord, textOf } from '../turn/json-record.ts'

/** What one delta says of one call; nothing is certain to be there. */
export interface CallFragment {
  readonly index: number | undefined
  readonly id: string
  readonly name: string
  /** A piece of JSON text, or an object where the provider sends one. */
  readonly arguments: string | JsonRecord
  /** It is not the first of its delta. */
  readonly isFollower: boolean
}

/** The index of a call in the form that OpenAI had before there were several calls in a message. */
const legacyIndex = -1

/** The fragments of one delta, in order. Custom tools are left out: they are no functions. */
export function callFragments(delta: JsonRecord): readonly CallFragment[] {
  const calls: unknown[] = Array.isArray(delta.tool_calls) ? delta.tool_calls : []
  const fragments = calls.filter(isFunction).map((call, place) => fragmentOf(call, place > 0))
  const legacy = delta.function_call
  if (isRecord(legacy)) fragments.push({ ...fragmentOf(legacy, false), index: legacyIndex, id: '' })
  return fragments
}

function isFunction(call: unknown): call is JsonRecord {
  return isRecord(call) && call.type !== 'custom' && !isRecord(call.custom)
}

function fragmentOf(call: JsonRecord, isFollower: boolean): CallFragment {
  const { index, id, function: inner } = call
  const { name, arguments: given } = isRecord(inner) ? inner : call
  return {
    index: typeof index === 'number' ? index : undefined,
    id: textOf(id),
    name: textOf(name),
    arguments: isRecord(given) ? given : textOf(given),
    isFollower,
  }
}
