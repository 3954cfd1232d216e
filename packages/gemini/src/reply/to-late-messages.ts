import type { FunctionResponse, FunctionResponseScheduling } from '@google/genai'
import { checkOptions } from '@headrace/bridge'
import type { CallResult } from '@headrace/core'
import { enumValue } from '../options/enum-value.ts'
import { functionResponse, type GeminiReplyOptions } from './function-response.ts'

/** What a live model does when a late response comes. */
export type LateScheduling = 'SILENT' | 'WHEN_IDLE' | 'INTERRUPT'

/** Options of {@link toLateMessages}. */
export interface LateMessagesOptions extends GeminiReplyOptions {
  /** `SILENT` only tells the model, `WHEN_IDLE` lets it finish first, `INTERRUPT` does not. The model's own by default. */
  readonly scheduling?: LateScheduling | undefined
  /** More responses of these calls follow: for placeholders and progress. Vertex AI does not know it. */
  readonly willContinue?: boolean | undefined
}

/**
 * Results of `NON_BLOCKING` calls for `session.sendToolResponse({ functionResponses })` of the Live API, whenever they are
 * there. `generateContent` takes no late responses: see {@link toLateContents}.
 */
export function toLateMessages(results: readonly CallResult[], options: LateMessagesOptions = {}): FunctionResponse[] {
  checkOptions('toLateMessages', options, {
    runtime: 'object',
    maxCharacters: 'count',
    scheduling: ['SILENT', 'WHEN_IDLE', 'INTERRUPT'],
    willContinue: 'boolean',
  })
  const { scheduling, willContinue, ...reply } = options
  return results.map((result) => ({
    ...functionResponse(result, reply),
    ...(scheduling !== undefined && { scheduling: enumValue<FunctionResponseScheduling>(scheduling) }),
    ...(willContinue !== undefined && { willContinue }),
  }))
}
