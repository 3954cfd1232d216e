import { isRecord, type JsonRecord, textOf } from './json-record.ts'

/** Whether a message says what the model meant to say; `unknown` where the provider's word does not tell. */
export type FinishVerdict = 'safe' | 'unsafe' | 'unknown'

/** Words of providers, without case and separators. */
const safe: ReadonlySet<string> = new Set([
  ...['stop', 'stopsequence', 'endturn', 'endoftext', 'eos', 'eostoken', 'complete', 'completed', 'done', 'finished'],
  ...['toolcall', 'toolcalls', 'tooluse', 'functioncall', 'functioncalls'],
])
const unsafe = new RegExp(
  [
    ...['length', 'max', 'limit', 'exceed', 'truncat', 'incomplete', 'insufficient', 'budget', 'timeout', 'pause'],
    ...['filter', 'safety', 'block', 'refus', 'prohibit', 'guardrail', 'recitation', 'spii', 'language', 'image'],
    ...['error', 'fail', 'abort', 'cancel', 'malform', 'unexpected', 'missing', 'toomany', 'other', 'unspecified'],
  ].join('|'),
)

/** What a provider's word for the end of a message means. */
export function judgeFinish(reason: string): FinishVerdict {
  const word = reason.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (safe.has(word)) return 'safe'
  return unsafe.test(word) ? 'unsafe' : 'unknown'
}

/** Where LangChain's packages put the provider's word. */
const keys = ['finish_reason', 'finishReason', 'stop_reason', 'stopReason', 'done_reason'] as const

/** The provider's word for the end of the message, on the chunk that brings it. */
export function finishOf({ response_metadata, additional_kwargs }: JsonRecord): string | undefined {
  const metadata = isRecord(response_metadata) ? response_metadata : {}
  const kwargs = isRecord(additional_kwargs) ? additional_kwargs : {}
  const { messageStop } = metadata
  for (const place of [metadata, kwargs, isRecord(messageStop) ? messageStop : {}]) {
    for (const key of keys) {
      const reason = textOf(place[key])
      if (reason !== undefined) return reason
    }
  }
  return finishOfResponse(metadata)
}

/** OpenAI's Responses API has a status, and says elsewhere why it is incomplete. */
function finishOfResponse({ status, incomplete_details }: JsonRecord): string | undefined {
  if (typeof status !== 'string' || !['completed', 'incomplete', 'failed', 'cancelled'].includes(status))
    return undefined
  return (isRecord(incomplete_details) && textOf(incomplete_details.reason)) || status
}
