import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { ModelCall } from '../model.ts'

type Choice = ChatCompletionChunk.Choice
type Fragment = ChatCompletionChunk.Choice.Delta.ToolCall

/** A stream that ended before its calls were certainly complete: none of them may run. */
export class UnsafeFinishError extends Error {
  override readonly name = 'UnsafeFinishError'
}

/** Puts the fragments of a streamed message together. */
export interface CallAssembler {
  /** Takes what a chunk brings; gives the calls that are complete by it. */
  add(choice: Choice): ModelCall[]
  /** The stream is over; gives what is left. Throws an UnsafeFinishError when the message was cut off. */
  end(): ModelCall[]
}

interface Draft {
  readonly index: number
  id: string
  name: string
  text: string
}

/**
 * A call is complete when the next one begins or the message ends well. Its id and name come in its first fragment;
 * its arguments come in pieces, as JSON text, and stay that: the runtime parses and checks them.
 */
export function createCallAssembler(): CallAssembler {
  let draft: Draft | undefined
  let finish: Choice['finish_reason'] = null

  const take = (): ModelCall[] => {
    const done = draft
    draft = undefined
    return done === undefined ? [] : [{ callId: done.id, tool: done.name, arguments: done.text }]
  }
  const put = (fragment: Fragment): ModelCall[] => {
    const { index, id, function: part } = fragment
    const complete = draft !== undefined && draft.index !== index ? take() : []
    draft ??= { index, id: id ?? `call_${index}`, name: '', text: '' }
    draft.name += part?.name ?? ''
    draft.text += part?.arguments ?? ''
    return complete
  }
  return {
    add({ delta, finish_reason }) {
      finish = finish_reason ?? finish
      return (delta.tool_calls ?? []).flatMap(put)
    },
    end() {
      if (finish === 'length' || finish === 'content_filter') {
        throw new UnsafeFinishError(`the model's message was cut off (finish_reason: ${finish})`)
      }
      if (finish === null) throw new UnsafeFinishError("the model's stream broke off before its end")
      return take()
    },
  }
}
