import { toolFailure } from '@headrace/core'
import { blocksOf, type McpContent, readableText, textOnly } from '../../content/mcp-content.ts'

const longestMessage = 2000

/**
 * The output in a server's answer: its structured content where there is one, else the texts of its content, a line
 * each, else the parts of its content as they are. Throws the failure that a tool reports of itself: the server is
 * alive, the same call would fail again, and the model reads what the tool says.
 */
export function readResult(answer: Readonly<Record<string, unknown>>): unknown {
  const blocks = blocksOf(answer.content)
  const { structuredContent } = answer
  if (answer.isError === true) {
    throw toolFailure({
      message: readableText(blocks).slice(0, longestMessage) || 'The tool failed and did not say why.',
      retryable: false,
      // the model is told to change the arguments: most failures that a tool words itself can be mended so
      blame: 'caller',
      details: { answered: true, ...(structuredContent === undefined ? undefined : { structuredContent }) },
    })
  }
  if (structuredContent !== undefined) return structuredContent
  if (blocks.length === 0) return undefined
  return textOnly(blocks) ?? ({ content: blocks } satisfies McpContent)
}
