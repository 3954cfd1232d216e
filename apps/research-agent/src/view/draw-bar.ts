import type { Theme } from './theme.ts'
import type { BreakerRow, CallRow } from './timeline.ts'

/** The time that a bar's columns stand for. */
export interface Axis {
  readonly from: number
  readonly to: number
  readonly columns: number
}

interface Cell {
  readonly character: string
  readonly paint: (text: string) => string
}

/** Where two things share a column, the one that tells more is seen. */
const importance = ['queue', 'backoff', 'joined', 'attempt', 'failed'] as const

/** Draws a call on the axis. Whatever happened takes one column at least. */
export function drawBar(row: CallRow, axis: Axis, theme: Theme): string {
  const cells = emptyCells(axis)
  for (const kind of importance) {
    const spans = row.spans.filter((span) => span.kind === kind)
    for (const { from, to } of spans) fill(cells, theme.spans[kind], [from, to ?? axis.to], axis)
  }
  for (const { kind, at } of row.marks) fill(cells, theme.marks[kind], [at, at], axis)
  return paintCells(cells)
}

/** Draws a breaker on the axis: open and half-open are seen, closed is not. */
export function drawBreaker(row: BreakerRow, axis: Axis, theme: Theme): string {
  const cells = emptyCells(axis)
  for (const [index, { at, to }] of row.changes.entries()) {
    const until = row.changes[index + 1]?.at ?? axis.to
    if (to === 'half-open') fill(cells, theme.halfOpen, [at, until], axis)
    else if (to !== 'closed') fill(cells, theme.open, [at, until], axis)
  }
  return paintCells(cells)
}

/** Draws the axis itself: seconds from its start, as many as there is room for. */
export function drawAxis({ from, to, columns }: Axis): string {
  const seconds = Math.max(0.001, (to - from) / 1000)
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60].find((one) => (one / seconds) * columns >= 8) ?? 60
  let line = ''
  for (let tick = 0; tick * step < seconds; tick += 1) {
    const label = `|${Number((tick * step).toFixed(1))} s`
    const column = Math.floor(((tick * step) / seconds) * columns)
    if (column + label.length <= columns) line = line.padEnd(column) + label
  }
  return line.padEnd(columns)
}

function emptyCells({ columns }: Axis): (Cell | undefined)[] {
  return new Array<Cell | undefined>(columns).fill(undefined)
}

function fill(cells: (Cell | undefined)[], cell: Cell, [from, to]: readonly [number, number], axis: Axis): void {
  const first = Math.min(axis.columns - 1, columnOf(from, axis))
  cells.fill(cell, first, Math.max(first + 1, columnOf(to, axis)))
}

/** From 0 to the number of columns, which is the end of the axis. */
function columnOf(at: number, { from, to, columns }: Axis): number {
  const share = (at - from) / Math.max(1, to - from)
  return Math.min(columns, Math.max(0, Math.floor(share * columns)))
}

/** Neighbours of one kind are painted together: colour codes are longer than what they paint. */
function paintCells(cells: readonly (Cell | undefined)[]): string {
  let line = ''
  for (let index = 0; index < cells.length; ) {
    const cell = cells[index]
    let end = index
    while (end < cells.length && cells[end] === cell) end += 1
    line += cell === undefined ? ' '.repeat(end - index) : cell.paint(cell.character.repeat(end - index))
    index = end
  }
  return line
}
