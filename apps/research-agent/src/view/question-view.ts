import { countOf } from './count-of.ts'
import { drawAnswer } from './draw-answer.ts'
import { drawLegend, drawPicture } from './draw-picture.ts'
import { wrapText } from './fit-text.ts'
import type { Theme } from './theme.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import type { ViewEvent } from './view.ts'

/** What is shown of one question. */
export interface QuestionView {
  readonly timeline: Timeline
  apply(event: ViewEvent): void
  header(columns: number): string[]
  /** As it stands now, in at most so many lines. */
  frame(columns: number, maxLines: number): string[]
  /** The whole of it, when it is answered. */
  result(columns: number): string[]
}

type QuestionStart = Extract<ViewEvent, { type: 'question-start' }>

/** Follows one question from its start. */
export function createQuestionView(start: QuestionStart, theme: Theme): QuestionView {
  const timeline = createTimeline(start.at)
  const turns: string[] = []
  let writing = ''
  let answer = ''
  const notes = (columns: number): string[] => turns.flatMap((turn) => wrapText(turn, columns, ' '.repeat(8)))
  return {
    timeline,
    apply(event) {
      timeline.apply(event)
      if (event.type === 'model-text') writing += event.text
      else if (event.type === 'turn-start') {
        turns.push(sayTurn(event))
        writing = ''
      } else if (event.type === 'agent-wait')
        turns.push(`        waits ${Math.round(event.waitMs)} ms, as errors told it to`)
      else if (event.type === 'question-end') answer = event.answer
    },
    header: (columns) => drawHeader(start, theme, columns),
    frame(columns, maxLines) {
      const text = writing === '' ? [] : drawAnswer(writing, columns).slice(-8)
      const above = notes(columns)
      const maxCalls = Math.max(3, maxLines - above.length - text.length - timeline.breakers.length - 4)
      const picture = drawPicture(timeline, { theme, columns, now: Date.now(), maxCalls })
      return [...above, ...picture, ...text]
    },
    result: (columns) => [
      ...notes(columns),
      '',
      ...drawPicture(timeline, { theme, columns, now: timeline.latestAt }),
      ...drawLegend(timeline, theme, columns),
      '',
      theme.strong('Answer'),
      ...drawAnswer(answer, columns),
      '',
    ],
  }
}

function drawHeader({ number, of, question, model }: QuestionStart, theme: Theme, columns: number): string[] {
  return [...wrapText(`Question ${number} of ${of}: ${question}`, columns).map(theme.strong), theme.faint(model)]
}

function sayTurn({ turn, calls, text }: Extract<ViewEvent, { type: 'turn-start' }>): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  const said = flat.length > 200 ? `${flat.slice(0, 200)}…` : flat
  return `turn ${turn}: ${countOf(calls.length, 'call')}${said === '' ? '' : `, ${said}`}`
}
