/** Reasons with which a message says all that the model meant to say, or is to be continued. */
const safeReasons: ReadonlySet<string> = new Set(['end_turn', 'tool_use', 'stop_sequence', 'pause_turn', 'compaction'])

/**
 * Whether calls of a message that stopped so may run: not where it was cut or refused, nor for a reason that is not known,
 * with which the SDK's own tool runner stops as well. A message that ended without one is taken to be whole.
 */
export function isSafeStop(reason: string | undefined): boolean {
  return reason === undefined || safeReasons.has(reason)
}
