import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import { drawChecks, drawSummary } from './draw-summary.ts'
import { createPrepareView } from './prepare-view.ts'
import { createQuestionView, type QuestionView } from './question-view.ts'
import type { Theme } from './theme.ts'
import type { View } from './view.ts'

const frameMs = 80

/** Shows a run on a terminal while it happens: the newest lines are drawn anew, what is finished stays above. */
export function createLiveView(stream: WriteStream, theme: Theme): View {
  const update = createLogUpdate(stream)
  let preparing = createPrepareView(theme)
  let question: QuestionView | undefined
  let timer: NodeJS.Timeout | undefined
  // One column stays free: terminals differ in what they do after the last one.
  const columns = (): number => (stream.columns || 80) - 1

  const draw = (): void => {
    const lines = question?.frame(columns(), (stream.rows || 24) - 1) ?? preparing.frame(columns())
    if (lines.length > 0) update(lines.join('\n'))
  }
  const keep = (lines: readonly string[]): void => {
    update.clear()
    stream.write(`${lines.join('\n')}\n`)
  }
  return {
    show(event) {
      timer ??= setInterval(draw, frameMs)
      if (event.type === 'prepare') return preparing.apply(event)
      if (event.type === 'question-start') {
        question = createQuestionView(event, theme)
        keep([...preparing.frame(columns()), '', ...question.header(columns())])
        preparing = createPrepareView(theme)
      }
      question?.apply(event)
      if (event.type !== 'question-end' || question === undefined) return
      keep(question.result(columns()))
      question = undefined
    },
    note: (text) => keep([theme.strong(text), '']),
    summary: (summary) => keep(['', ...drawSummary(summary, theme, columns())]),
    checks: (checks) => keep(['', ...drawChecks(checks, theme, columns())]),
    close() {
      clearInterval(timer)
      timer = undefined
      draw()
      update.done()
    },
  }
}
