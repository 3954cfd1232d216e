import { readErrorFacts } from './error-facts.ts'
import { type ToolFailure, toolFailure } from './tool-failure.ts'

const longestBody = 500
/** A body that stalls must not keep the failure back for longer than this. */
const bodyWaitMs = 1000

/**
 * Gives a fetch Response back untouched when its status is ok, else rejects with a toolFailure that carries the
 * status, the wait that its headers ask for, and in `details.body` at most 500 characters of the body. The rest of the
 * body is cancelled, and after one second nothing more of it is waited for.
 */
export async function assertOk(response: Response): Promise<Response> {
  if (response.ok) return response
  throw await failureOf(response)
}

async function failureOf(response: Response): Promise<ToolFailure> {
  const { status, statusText } = response
  const facts = readErrorFacts({ status, headers: response.headers }, Date.now())
  const body = await readStart(response)
  return toolFailure({
    message: `the server answered ${status}${statusText ? ` ${statusText.slice(0, 100)}` : ''}`,
    status,
    retryable: facts.retryable,
    retryAfterMs: facts.retryAfterMs,
    details: body === '' ? { status } : { status, body },
  })
}

async function readStart({ body, bodyUsed }: Response): Promise<string> {
  if (body === null || bodyUsed || body.locked) return ''
  const reader = body.getReader()
  let stop = (): void => {}
  const late = new Promise<undefined>((resolve) => {
    const timer = setTimeout(resolve, bodyWaitMs, undefined)
    stop = () => clearTimeout(timer)
  })
  try {
    return await collect(() => Promise.race([reader.read(), late]))
  } finally {
    stop()
    // Not awaited: a source may take its time to end, and a broken one rejects.
    reader.cancel().catch(() => {})
  }
}

type Read = () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined } | undefined>

async function collect(read: Read): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < longestBody) {
      const chunk = await read()
      if (chunk === undefined || chunk.done || chunk.value === undefined) break
      // Four bytes give at least one UTF-16 unit: a large chunk need not be decoded whole.
      text += decoder.decode(chunk.value.subarray(0, 4 * longestBody), { stream: true })
    }
  } catch {
    // A body that breaks off is no news beside the status; what came before is kept.
  }
  return text.slice(0, longestBody).toWellFormed()
}
