import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { drawAxis } from './draw-bar.ts'
import { drawLegend, drawPicture } from './draw-picture.ts'
import { sampleEvents, zero } from './sample-events.ts'
import { createTheme } from './theme.ts'
import { createTimeline } from './timeline.ts'

const theme = createTheme(false)

function sampleTimeline() {
  const timeline = createTimeline(zero)
  for (const event of sampleEvents) timeline.apply(event)
  return timeline
}

test('draws calls and breakers over one time axis, within the width of the terminal', () => {
  const lines = drawPicture(sampleTimeline(), { theme, columns: 52, now: zero + 100 })
  expect(lines).toEqual([
    'package_facts a        ··▒▒~~~~██  100 ms 2 tries',
    'breaker metadata a-m       ▀▀▀--   closed',
    '                       |0 s      ',
  ])
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(52)
})

test('explains what the picture shows, and nothing else', () => {
  expect(drawLegend(sampleTimeline(), theme, 200)).toEqual([
    '· waits in the queue   ▒ failed attempt   ~ waits to try again   █ attempt   ▀ breaker open   - half-open',
  ])
})

test('leaves out the oldest calls that have ended where there is no room', () => {
  const timeline = createTimeline(zero)
  const calls = ['a', 'b', 'c'].map((label) => ({ callId: label, tool: 't', label }))
  timeline.apply({ type: 'turn-start', at: zero, turn: 1, text: '', calls })
  const settled = {
    status: 'cancelled',
    callId: 'b',
    tool: 't',
    reason: 0,
    meta: { queuedMs: 0, durationMs: 0, attempts: 0 },
  } as const
  timeline.apply({ type: 'call-settle', callId: 'b', tool: 't', at: zero, result: settled })
  const lines = drawPicture(timeline, { theme, columns: 80, now: zero + 10, maxCalls: 2 })
  expect(lines[0]).toBe('  … 1 call that ended')
  expect(lines.slice(1, 3).map((line) => line.slice(0, 3))).toEqual(['t a', 't c'])
})

test('has an axis with as many seconds as there is room for', () => {
  expect(drawAxis({ from: 0, to: 2000, columns: 20 })).toBe('|0 s      |1 s      ')
  expect(drawAxis({ from: 0, to: 100, columns: 10 })).toBe('|0 s      ')
})

test('uses colour codes only where colours are wanted', () => {
  const options = { columns: 80, now: zero + 100 }
  const plain = drawPicture(sampleTimeline(), { theme, ...options }).join('\n')
  const coloured = drawPicture(sampleTimeline(), { theme: createTheme(true), ...options }).join('\n')
  expect(plain).not.toContain('\u001B')
  expect(coloured).toContain('\u001B[36m')
  expect(stripVTControlCharacters(coloured)).toBe(plain)
})
