import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import type { PrepareEvent } from '../agent/prepare-event.ts'
import { drawChecks, drawSummary } from './draw-summary.ts'
import { createQuestionView, type QuestionView } from './question-view.ts'
import type { Theme } from './theme.ts'
import type { View } from './view.ts'

const frameMs = 80

/** Shows a run on a terminal while it happens: the newest lines are drawn anew, what is finished stays above. */
export function createLiveView(stream: WriteStream, theme: Theme): View {
  const update = createLogUpdate(stream)
  const prepared = new Map<PrepareEvent['what'], PrepareEvent>()
  let question: QuestionView | undefined
  let timer: NodeJS.Timeout | undefined
  const columns = (): number => stream.columns || 80

  const draw = (): void => {
    if (question !== undefined) update(question.frame(columns() - 1, (stream.rows || 24) - 1).join('\n'))
    else if (prepared.size > 0) update([...prepared.values()].map((event) => drawPrepare(event, theme)).join('\n'))
  }
  const keep = (lines: readonly string[]): void => {
    update.clear()
    stream.write(`${lines.join('\n')}\n`)
  }
  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
  }
  return {
    show(event) {
      timer ??= setInterval(draw, frameMs)
      if (event.type === 'prepare') {
        prepared.set(event.what, event)
        return
      }
      if (event.type === 'question-start') {
        if (prepared.size > 0) keep([drawPrepared(prepared, theme), ''])
        prepared.clear()
        question = createQuestionView(event, theme)
        keep(question.header(columns()))
      }
      question?.apply(event)
      if (event.type === 'question-end' && question !== undefined) {
        keep(question.result(columns() - 1))
        question = undefined
      }
    },
    note: (text) => keep([theme.strong(text), '']),
    summary: (summary) => keep(['', ...drawSummary(summary, theme, columns())]),
    checks: (checks) => keep(drawChecks(checks, theme, columns())),
    close() {
      stop()
      if (question !== undefined) draw()
      update.done()
    },
  }
}

function drawPrepare({ what, done, total, isReady, text }: PrepareEvent, theme: Theme): string {
  if (isReady) return `${theme.good('ready')}  ${what}: ${text}`
  const share = total > 0 ? ` ${Math.round((done / total) * 100)} %` : ''
  return `${theme.odd('…')}      ${what}${share}${text ? `: ${text}` : ''}`
}

function drawPrepared(prepared: ReadonlyMap<PrepareEvent['what'], PrepareEvent>, theme: Theme): string {
  return [...prepared.values()].map(({ what, text }) => `${theme.faint(what.padEnd(17))} ${text}`).join('\n')
}
