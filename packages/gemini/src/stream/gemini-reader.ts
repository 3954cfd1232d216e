import type { TurnEvent, TurnReader } from '@headrace/bridge'
import { BegunCalls } from './begun-calls.ts'
import { isRecord, listOf, textOf } from './json-fields.ts'

/**
 * Reads what `generateContentStream` yields, and messages of the Live API. Of several candidates only the first is read:
 * the others are alternatives to it, and no conversation can go on with the calls of two.
 */
export function createGeminiReader(): TurnReader<unknown> {
  const calls = new BegunCalls()
  const finish = (reason: string | undefined, safe: boolean): TurnEvent[] => [
    ...calls.end(safe),
    { type: 'finish', reason, safe },
  ]
  const takeAll = (parts: readonly unknown[]): TurnEvent[] => parts.flatMap((part) => calls.take(part))

  const readCandidate = (candidate: Record<string, unknown>): TurnEvent[] => {
    const { content, finishReason } = candidate
    const parts = isRecord(content) ? listOf(content.parts).filter(isRecord) : []
    const events = takeAll(parts.map(({ functionCall }) => functionCall))
    const reason = textOf(finishReason)
    if (reason === undefined || reason === 'CONTINUATION') return events // the SDK fetches the rest
    return [...events, ...finish(reason, reason === 'STOP')]
  }

  /** The request of a live session to run these calls: nothing more comes to it. */
  const readToolCall = ({ functionCalls }: Record<string, unknown>): TurnEvent[] => {
    const events = takeAll(listOf(functionCalls))
    return calls.hasOpen ? events : [...events, ...finish(undefined, true)]
  }

  return {
    read(event) {
      if (!isRecord(event)) return []
      const { candidates, promptFeedback, error, toolCall } = event
      const candidate = firstCandidate(listOf(candidates))
      if (candidate !== undefined) return readCandidate(candidate)
      if (isRecord(toolCall)) return readToolCall(toolCall)
      if (isRecord(error)) return finish(textOf(error.status) ?? 'error', false)
      const blocked = isRecord(promptFeedback) ? textOf(promptFeedback.blockReason) : undefined
      return blocked === undefined ? [] : finish(blocked, false)
    },
    end: () => calls.end(false),
  }
}

function firstCandidate(candidates: readonly unknown[]): Record<string, unknown> | undefined {
  return candidates.filter(isRecord).find((candidate, place) => (candidate.index ?? place) === 0)
}
