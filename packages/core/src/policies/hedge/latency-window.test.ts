import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatencyWindow } from './latency-window.ts'

function windowOf(samples: Iterable<number>): LatencyWindow {
  const window = new LatencyWindow()
  for (const sample of samples) window.add(sample)
  return window
}

function naive(samples: readonly number[]): number | undefined {
  const last = samples.slice(-128).sort((a, b) => a - b)
  return last[Math.ceil(last.length * 0.95) - 1]
}

describe('LatencyWindow', () => {
  it('says nothing of fewer than 20 attempts', () => {
    expect(windowOf(Array(19).fill(5)).p95).toBeUndefined()
    expect(windowOf(Array(20).fill(5)).p95).toBe(5)
  })

  it('leaves out the slowest twentieth', () => {
    expect(windowOf([...Array(19).fill(10), 1_000]).p95).toBe(10)
    expect(windowOf([...Array(18).fill(10), 1_000, 1_000]).p95).toBe(1_000)
    expect(windowOf(Array.from({ length: 100 }, (_, index) => index + 1)).p95).toBe(95)
  })

  it('forgets all but the last 128', () => {
    expect(windowOf([...Array(500).fill(1_000), ...Array(128).fill(10)]).p95).toBe(10)
  })

  it('leaves out what is no time', () => {
    const window = windowOf([...Array(19).fill(5), Number.NaN, -1, Number.POSITIVE_INFINITY])
    expect(window.p95).toBeUndefined()
    window.add(0)
    expect(window.p95).toBe(5)
  })

  it('says what sorting would, of the window as it was at most an eighth of it ago', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000 }), { minLength: 20, maxLength: 400 }), (samples) => {
        const window = new LatencyWindow()
        for (const [index, sample] of samples.entries()) {
          window.add(sample)
          const seen = index + 1
          const stale = Math.ceil(Math.min(seen, 128) / 8)
          const recent = Array.from({ length: stale }, (_, back) => naive(samples.slice(0, seen - back)))
          expect(seen < 20 ? [undefined] : recent).toContain(window.p95)
        }
      }),
      { numRuns: 30 },
    )
  })
})
