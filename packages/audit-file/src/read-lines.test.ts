import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../test/fixture/temporary-folder.ts'
import { type Line, type LineRange, readLines } from './read-lines.ts'

async function linesOf(content: Buffer, range?: LineRange): Promise<Line[]> {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, content)
  const lines: Line[] = []
  for await (const batch of readLines(path, range)) lines.push(...batch)
  return lines
}

const shown = (lines: readonly Line[]): unknown[] =>
  lines.map(({ bytes, number, isComplete, isLast }) => [bytes.toString(), number, isComplete, isLast])

describe('readLines', () => {
  it('gives the lines, and tells of each whether it is whole and the last', async () => {
    expect(shown(await linesOf(Buffer.from('one\n\ntwo')))).toEqual([
      ['one', 1, true, false],
      ['', 2, true, false],
      ['two', 3, false, true],
    ])
    expect(shown(await linesOf(Buffer.from('one\n')))).toEqual([['one', 1, true, true]])
    expect(await linesOf(Buffer.alloc(0))).toEqual([])
  })

  it('passes over lines, and reads only so many bytes', async () => {
    const content = Buffer.from('one\ntwo\nthree\n')
    expect(shown(await linesOf(content, { skip: 1, length: 10 }))).toEqual([
      ['two', 2, true, false],
      ['th', 3, false, true],
    ])
    expect(await linesOf(content, { skip: 3 })).toEqual([])
    expect(await linesOf(content, { length: 0 })).toEqual([])
  })

  it('gives whatever is in a file, also lines that are longer than what is read at once', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.integer({ min: 100_000, max: 600_000 }).map((length) => 'é'.repeat(length / 2)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.nat(7), async (texts, skip) => {
        const parts = texts.join('\n').split('\n')
        const content = Buffer.from(parts.join('\n'))
        const lines = await linesOf(content, { skip })
        const expected = parts.at(-1) === '' ? parts.slice(0, -1) : parts
        expect(lines.map(({ bytes }) => bytes.toString())).toEqual(expected.slice(skip))
        for (const { bytes, end, isComplete } of lines) {
          const start = end - bytes.length - (isComplete ? 1 : 0)
          expect(content.subarray(start, start + bytes.length).equals(bytes)).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('has a small part of a large file in memory at a time', async () => {
    const path = join(temporaryFolder(), 'file')
    writeFileSync(path, 'a line of some length\n'.repeat(100_000))
    let [most, count] = [0, 0]
    for await (const lines of readLines(path)) {
      most = Math.max(most, lines.length)
      count += lines.length
    }
    expect(count).toBe(100_000)
    expect(most).toBeLessThan(13_000)
  })

  it('refuses a line that is too long, with its number', async () => {
    const content = Buffer.from(`one\n${'x'.repeat(16 * 1024 * 1024 + 1)}`)
    await expect(linesOf(content)).rejects.toThrow(/Line 2 of .* is longer than 16777216 bytes/)
  })
})
