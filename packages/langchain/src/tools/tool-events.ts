import type { CallbackManagerForToolRun } from '@langchain/core/callbacks/manager'

/** What a tool gave: a value, or a generator whose values LangChain tells its callbacks of, as it would do by itself. */
export function toolEvents(given: unknown, runManager: CallbackManagerForToolRun | undefined): unknown {
  return isGenerator(given) ? tell(given, runManager) : given
}

async function* tell(
  generator: AsyncGenerator<unknown, unknown>,
  runManager: CallbackManagerForToolRun | undefined,
): AsyncGenerator<unknown, unknown> {
  try {
    for (;;) {
      const { done, value } = await generator.next()
      if (done) return value === undefined ? '' : value // LangChain has no text for it, and does not take the last value
      await tellEvent(value, runManager)
      yield value
    }
  } finally {
    await generator.return(undefined)
  }
}

/** Tells LangChain's callbacks of a value that a tool streams. */
export async function tellEvent(value: unknown, runManager: CallbackManagerForToolRun | undefined): Promise<void> {
  try {
    await runManager?.handleToolEvent(value)
  } catch (error) {
    await runManager?.handleToolError(error)
  }
}

/** By LangChain's own test, which looks for nothing else. */
function isGenerator(value: unknown): value is AsyncGenerator<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function'
}
