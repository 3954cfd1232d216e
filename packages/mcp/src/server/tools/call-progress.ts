import type { CallEvent, ProgressUpdate } from '@headrace/core'

/** The params of a `notifications/progress`, but for the token. */
export interface ProgressNote {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** Characters of a streamed value that a client is shown while the call goes on. */
const maxMessage = 2000

/**
 * Turns what a call tells into progress that always grows, as MCP wants it: steps of one until the tool says a number;
 * from then on what brings only words, or a number that is no greater, moves it by next to nothing. An update that says
 * nothing new is none.
 */
export function createProgress(): (event: CallEvent) => ProgressNote | undefined {
  let last: number | undefined
  let isCounted = true
  const advance = (to: number | undefined): number => {
    if (to !== undefined && (last === undefined || to > last)) {
      isCounted = false
      return to
    }
    if (last === undefined) return 0
    return last + (isCounted ? 1 : Math.max(1, Math.abs(last)) * 1e-9)
  }
  return (event) => {
    const update = updateOf(event)
    if (update === undefined) return undefined
    const { total, message } = update
    const to = Number.isFinite(update.progress) ? update.progress : undefined
    const isOld = to !== undefined && last !== undefined && to <= last
    if (message === undefined && (isOld || to === undefined)) return undefined
    const next = advance(to)
    if (!Number.isFinite(next)) return undefined
    last = next
    return {
      progress: next,
      ...(Number.isFinite(total) && { total: total as number }),
      ...(message !== undefined && { message }),
    }
  }
}

function updateOf(event: CallEvent): ProgressUpdate | undefined {
  if (event.type === 'progress') return event
  return event.type === 'output' ? { message: messageOf(event.value) } : undefined
}

function messageOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (tryJson(value) ?? String(value))
  return text.length > maxMessage ? `${text.slice(0, maxMessage).replace(/[\uD800-\uDBFF]$/, '')}…` : text
}

function tryJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
