import type { Exchange } from '../model/model.ts'
import type { Route } from '../route/route.ts'
import { createDialogue, type DialogueOptions } from './dialogue.ts'

/** One conversation may take this long. */
const longestMs = 60_000

export interface QuestionOptions extends DialogueOptions {
  /** Of how many questions it is one. */
  readonly of: number
  readonly route: Route
}

/** What came of a question. */
export interface Answered {
  readonly question: string
  readonly answer: string
  readonly exchanges: readonly Exchange[]
}

/** Lets the model ask for calls and runs them, turn by turn, until it answers. */
export async function answerQuestion(options: QuestionOptions): Promise<Answered> {
  const { question, number, of, runtime, model, route, signal, emit } = options
  const bounds = { signal, deadline: Date.now() + longestMs, session: `question ${number}` }
  const scope = runtime.scope(bounds)
  emit({ type: 'question-start', at: Date.now(), question, number, of, model: model.name })
  try {
    const dialogue = createDialogue(options)
    await route.run({ dialogue, runtime, scope, call: bounds })
    const { exchanges } = dialogue
    const answer = exchanges.at(-1)?.text ?? ''
    emit({ type: 'question-end', at: Date.now(), answer, turns: exchanges.length })
    return { question, answer, exchanges }
  } catch (error) {
    throw signal.aborted ? signal.reason : error // an SDK may have an error of its own for it
  } finally {
    await scope.close()
  }
}
