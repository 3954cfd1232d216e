import type { Answered } from '../agent/answer-question.ts'
import type { Check } from './check.ts'
import { demoQuestions } from './demo-questions.ts'
import type { DatabaseContent } from './expected-facts.ts'

/** Holds the answers to the app's own questions against the database; there is nothing to hold other answers against. */
export function checkAnswers(answers: readonly Answered[], content: DatabaseContent): Check[] {
  return answers.flatMap(({ question, answer }, index) => {
    const asked = demoQuestions.find((one) => one.question === question)
    if (asked === undefined) return []
    const facts = asked.expect(content)
    const missing = facts.filter((fact) => !answer.includes(fact))
    const detail = `${facts.length - missing.length} of ${facts.length} facts`
    return {
      name: `answer ${index + 1} says what the database says`,
      isRight: missing.length === 0,
      detail: missing.length === 0 ? detail : `${detail}; missing: ${missing.slice(0, 3).join(' | ')}`,
    }
  })
}
