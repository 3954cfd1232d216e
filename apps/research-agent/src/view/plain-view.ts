import { drawChecks, drawSummary } from './draw-summary.ts'
import { createQuestionView, type QuestionView } from './question-view.ts'
import { sayEvent } from './say-event.ts'
import type { Theme } from './theme.ts'
import type { View, ViewEvent } from './view.ts'

/** Shows a run as lines that are never drawn again: for files, pipes and logs. */
export function createPlainView(write: (text: string) => void, theme: Theme, columns: number): View {
  let question: QuestionView | undefined
  const print = (lines: readonly string[]): void => write(`${lines.join('\n')}\n`)
  return {
    show(event: ViewEvent) {
      if (event.type === 'prepare') {
        if (event.isReady) print([`${event.what}: ${event.text}`])
        return
      }
      if (event.type === 'question-start') {
        question = createQuestionView(event, theme)
        print(['', ...question.header(columns)])
      }
      if (question === undefined) return
      question.apply(event)
      const said = sayEvent(event, question.timeline)
      if (said !== undefined)
        print([`${((event.at - question.timeline.startedAt) / 1000).toFixed(2).padStart(6)} s  ${said}`])
      if (event.type !== 'question-end') return
      print(question.result(columns))
      question = undefined
    },
    note: (text) => print(['', text]),
    summary: (summary) => print(['', ...drawSummary(summary, theme, columns)]),
    checks: (checks) => print(['', ...drawChecks(checks, theme, columns)]),
    close() {},
  }
}
