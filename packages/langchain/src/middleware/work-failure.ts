import { toolFailure } from '@headrace/core'

/**
 * What LangChain throws where arguments do not fit a tool's schema is the model's mistake, told without the stack that
 * LangChain's own text has; anything else is as the tool threw it.
 */
export function workFailure(thrown: unknown): unknown {
  if (!isInvocationError(thrown)) return thrown
  const { message } = thrown.toolError
  const hint = 'Correct these arguments and call the tool again.'
  return toolFailure({ message, hint, retryable: false, blame: 'caller', cause: thrown })
}

function isInvocationError(thrown: unknown): thrown is { readonly toolError: Error } {
  if (!(thrown instanceof Error) || !('~brand' in thrown) || thrown['~brand'] !== 'ToolInvocationError') return false
  return 'toolError' in thrown && thrown.toolError instanceof Error
}
