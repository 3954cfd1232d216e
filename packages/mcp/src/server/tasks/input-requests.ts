import type { JobView } from '@headrace/core'
import { isRecord } from '../../content/mcp-content.ts'

const mcpMethods: readonly unknown[] = ['elicitation/create', 'sampling/createMessage', 'roots/list']

/** What a job asks for, as MCP asks a client: a request of MCP's own as it is, anything else as a question to the user. */
export function toInputRequest(asked: unknown): Readonly<Record<string, unknown>> {
  if (isMcpRequest(asked)) return asked
  return {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      message: typeof asked === 'string' ? asked : JSON.stringify(asked),
      requestedSchema: {
        type: 'object',
        properties: { answer: { type: 'string', title: 'Answer' } },
        required: ['answer'],
      },
    },
  }
}

/**
 * What the job is given for a client's response: the response as it is to a request of MCP's own; to a question the
 * answer's text, or null where the user declines.
 */
export function toInput(asked: unknown, response: unknown): unknown {
  if (isMcpRequest(asked)) return response
  const isAccepted = isRecord(response) && response.action === 'accept' && isRecord(response.content)
  return isAccepted && isRecord(response.content) ? (response.content.answer ?? null) : null
}

function isMcpRequest(asked: unknown): asked is Readonly<Record<string, unknown>> {
  return isRecord(asked) && mcpMethods.includes(asked.method) && (asked.params === undefined || isRecord(asked.params))
}

/** Names what tasks ask for: a name is never used for two questions of a task. */
export interface InputKeys {
  keyOf(view: JobView): string
  /** The question has its answer: the next one has another name, even if it says the same. */
  answered(taskId: string): void
}

/** Names of questions for as many tasks as clients may be busy with at once; the rest start with one again. */
export function createInputKeys(maxTasks = 10_000): InputKeys {
  const answers = new Map<string, number>()
  return {
    keyOf: ({ id, inputRequest }) => `input-${(answers.get(id) ?? 0) + 1}-${fingerprint(JSON.stringify(inputRequest))}`,
    answered(taskId) {
      const count = (answers.get(taskId) ?? 0) + 1
      answers.delete(taskId)
      answers.set(taskId, count)
      const oldest = answers.size > maxTasks ? answers.keys().next().value : undefined
      if (oldest !== undefined) answers.delete(oldest)
    },
  }
}

/** FNV-1a: tells the questions of one task apart where answers to it were given through another server. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16)
}
