/** What LangChain's own code throws where a signal ends it: the reason itself, where it is an error. */
export function abortError({ reason }: AbortSignal): Error {
  if (reason instanceof Error) return reason
  return new Error(typeof reason === 'string' ? reason : 'Aborted')
}
