import type { CallOptions } from '@headrace/core'
import { checkOptions } from '../options/check-options.ts'
import type { ToolHints } from './adopt-tool.ts'

/** How an SDK's tools run through a runtime; `Context` is what the SDK hands to a tool. */
export interface WrapOptions<Context> {
  /** What is known of each tool, by its name. Without hints a tool is neither repeated nor cached. */
  readonly tools?: Readonly<Record<string, ToolHints>> | undefined
  /** The session, deadline and the like of a call; its signal is added to the SDK's own. */
  readonly options?: ((context: Context) => CallOptions) | undefined
}

/** Throws a TypeError for an option that nobody reads, and for hints of tools that are not there. */
export function checkWrapOptions(where: string, options: WrapOptions<never>, names?: readonly string[]): void {
  checkOptions(where, options, { tools: 'object', options: 'function' })
  for (const [name, hints] of Object.entries(options.tools ?? {})) {
    if (names && !names.includes(name)) {
      throw new TypeError(`${where}: tools has hints for '${name}', which is none of the tools: ${names.join(', ')}`)
    }
    checkOptions(`${where}: tools.${name}`, hints, { annotations: 'object', policy: 'object' })
  }
}

/** The options of one call: the user's, the SDK's id, and a signal that is aborted with either of the two. */
export function callOptions<Context>(
  { options }: WrapOptions<Context>,
  context: Context,
  own: { readonly callId?: string | undefined; readonly signal?: AbortSignal | undefined },
): CallOptions {
  const given = options?.(context)
  const { callId, signal } = own
  // most users give none: then nothing has to be merged
  if (!given) return { callId, signal }
  const both = signal && given.signal ? AbortSignal.any([signal, given.signal]) : (signal ?? given.signal)
  return { ...given, callId: callId ?? given.callId, signal: both }
}
