import { countOf } from './count-of.ts'
import { type Axis, drawAxis, drawBar, drawBreaker } from './draw-bar.ts'
import { fitText, wrapItems } from './fit-text.ts'
import type { Theme } from './theme.ts'
import type { CallRow, Timeline } from './timeline.ts'

export interface PictureOptions {
  readonly theme: Theme
  /** Columns of the terminal. */
  readonly columns: number
  /** The end of the axis, milliseconds since the epoch. */
  readonly now: number
  /** The most lines that calls may take; the oldest ones that have ended give way. All of them by default. */
  readonly maxCalls?: number | undefined
}

/** As long as the longest code of an error. */
const tailColumns = 17

/** Draws all calls and breakers of a timeline over one time axis. */
export function drawPicture(timeline: Timeline, { theme, columns, now, maxCalls }: PictureOptions): string[] {
  const width = Math.min(columns, 140)
  const nameColumns = Math.max(16, Math.min(44, Math.floor(width * 0.42)))
  const axis: Axis = { from: timeline.startedAt, to: now, columns: Math.max(10, width - nameColumns - tailColumns - 4) }
  const { calls, breakers } = timeline
  const shown = newest(calls, maxCalls)
  const hidden = calls.length - shown.length
  const margin = ' '.repeat(nameColumns + 2)
  return [
    ...(hidden > 0 ? [theme.faint(`  … ${countOf(hidden, 'call')} that ended`)] : []),
    ...shown.map((row) => {
      const name = fitText(`${row.tool} ${row.label}`, nameColumns)
      const painted = theme.faint(name.slice(0, row.tool.length)) + name.slice(row.tool.length)
      return `${painted}  ${drawBar(row, axis, theme)}  ${drawTail(row, now, theme)}`
    }),
    ...breakers.map((row) => {
      const name = fitText(`breaker ${row.key}`, nameColumns)
      const state = row.changes.at(-1)?.to ?? 'closed'
      const paint = state === 'closed' ? theme.good : theme.bad
      return `${theme.strong(name)}  ${drawBreaker(row, axis, theme)}  ${paint(state)}`
    }),
    ...(calls.length > 0 ? [theme.faint(margin + drawAxis(axis))] : []),
  ]
}

/** Explains the characters: those that the picture has. */
export function drawLegend({ calls, breakers }: Timeline, theme: Theme, columns: number): string[] {
  const spans = new Set(calls.flatMap((row) => row.spans.map(({ kind }) => kind)))
  const marks = new Set(calls.flatMap((row) => row.marks.map(({ kind }) => kind)))
  const parts = [
    ...[...spans].map((kind) => theme.spans[kind]),
    ...[...marks].map((kind) => theme.marks[kind]),
    ...(breakers.length > 0
      ? [
          { ...theme.open, name: 'breaker open' },
          { ...theme.halfOpen, name: 'half-open' },
        ]
      : []),
  ]
  const items = parts.map(({ character, paint, name }) => `${paint(character)} ${name}`)
  return wrapItems(items, { columns, separator: '   ' })
}

function newest(calls: readonly CallRow[], maxCalls: number | undefined): readonly CallRow[] {
  if (maxCalls === undefined || calls.length <= maxCalls) return calls
  let surplus = calls.length - maxCalls
  const shown = calls.filter(({ endedAt }) => {
    if (endedAt === undefined || surplus === 0) return true
    surplus -= 1
    return false
  })
  return shown.slice(0, maxCalls)
}

function drawTail(row: CallRow, now: number, theme: Theme): string {
  const { result, endedAt, startedAt } = row
  if (result === undefined) return theme.faint(formatDuration((endedAt ?? now) - startedAt))
  if (result.status === 'error') return theme.bad(fitText(result.error.code, tailColumns).trimEnd())
  if (result.status !== 'ok') return theme.odd(result.status)
  const { attempts, cache, durationMs } = result.meta
  const time = formatDuration(durationMs)
  if (cache !== undefined) return cache.layer === 'in-flight' ? `${time} joined` : `${time} cached`
  return attempts > 1 ? `${time} ${theme.odd(`${attempts} tries`)}` : time
}

/** Milliseconds as people read them, six columns wide. */
function formatDuration(ms: number): string {
  return (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`).padStart(6)
}
