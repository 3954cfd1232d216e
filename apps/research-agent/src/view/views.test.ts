import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createView } from './create-view.ts'
import { sampleEvents, zero } from './sample-events.ts'

beforeEach(() => vi.useFakeTimers({ now: zero }))
afterEach(() => vi.useRealTimers())

/** What a view writes of the sample, on a terminal or not. */
function write(options: {
  readonly isTTY?: boolean
  readonly json?: boolean
  readonly environment?: Record<string, string>
}): string {
  const { isTTY = false, json = false, environment = {} } = options
  let written = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk)
      done()
    },
  })
  const stream = Object.assign(sink, { isTTY, columns: 80, rows: 24 }) as unknown as WriteStream
  const view = createView({ stream, json, plain: false, environment })
  for (const event of sampleEvents) {
    view.show(event)
    vi.advanceTimersByTime(100)
  }
  view.close()
  return written
}

test('writes plain lines where there is no terminal: no cursor moves, no colours', () => {
  const text = write({})
  expect(text).not.toContain('\u001B')
  expect(text).toContain('  0.04 s  package_facts a: attempt 1 failed (HTTP 503)')
  expect(text).toContain("  0.04 s  breaker 'metadata a-m': closed → open")
  expect(text).toContain('Answer\n  That one.')
  expect(write({ isTTY: true, environment: { TERM: 'dumb' } })).toBe(text)
})

test('draws on a terminal, in colour unless NO_COLOR says otherwise', () => {
  const text = write({ isTTY: true })
  expect(text).toContain('\u001B[36m')
  expect(text).toContain('turn 1: 1 call, looks')
  const colourless = write({ isTTY: true, environment: { NO_COLOR: '1' } })
  expect(colourless).toContain('That one.')
  expect(colourless).not.toContain('\u001B[36m')
})

test('writes one JSON object a line, errors as a model sees them', () => {
  const events = write({ json: true })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(events.map(({ type }) => type)).toEqual(sampleEvents.map(({ type }) => type))
  expect(events.find(({ type }) => type === 'attempt-fail')).toMatchObject({
    error: { code: 'EXECUTION_FAILED', next: expect.any(String) },
  })
  expect(events.find(({ type }) => type === 'call-settle')).toMatchObject({
    result: { status: 'ok', output: { id: 'a@1.0.0' }, meta: { attempts: 2 } },
  })
})
