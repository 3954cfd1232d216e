/** What is told of the body of a response. */
export interface BodyWatch {
  /** Nobody reads it any more; once, also for a response without a body. */
  readonly onEnd: () => void
  /** It was left before its end: whoever asked has gone. */
  readonly onLeave: () => void
}

/** The same response, and a word when its body has been read or left. */
export function watchBody(response: Response, { onEnd, onLeave }: BodyWatch): Response {
  if (response.body === null) {
    onEnd()
    return response
  }
  const reader = response.body.getReader()
  let isLeft = false
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      // who leaves while more is awaited ends that wait, too
      if (!isLeft) onEnd()
    },
    async cancel(reason) {
      isLeft = true
      onLeave()
      onEnd()
      await reader.cancel(reason)
    },
  })
  const { status, statusText, headers } = response
  return new Response(body, { status, statusText, headers })
}
