import { type AuditRecord, nextAuditRecord } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { LineWriter } from './line-writer.ts'

function chain(length: number): AuditRecord[] {
  const records: AuditRecord[] = []
  for (let n = 1; n <= length; n += 1) records.push(nextAuditRecord(records.at(-1), n))
  return records
}

const linesOf = (text: string): number => text.split('\n').length - 1

/** A file whose appends the test ends. */
function openStage() {
  const texts: string[] = []
  const ends: PromiseWithResolvers<void>[] = []
  const writer = new LineWriter(
    {
      append(text) {
        texts.push(text)
        const end = Promise.withResolvers<void>()
        ends.push(end)
        return end.promise
      },
    },
    undefined,
  )
  return { writer, texts, ends, settle: () => new Promise((resolve) => void setImmediate(resolve)) }
}

describe('LineWriter', () => {
  it('writes together what is appended together, and while something is written', async () => {
    const { writer, texts, ends, settle } = openStage()
    const [one, two, three, four] = chain(4) as [AuditRecord, AuditRecord, AuditRecord, AuditRecord]
    const first = writer.append(one)
    expect(writer.append(two)).toBe(first)
    await settle()
    const second = [writer.append(three), writer.append(four)]
    await settle()
    expect(texts.map(linesOf)).toEqual([2])
    ends[0]?.resolve()
    await first
    expect(writer.head).toEqual({ sequence: 2, hash: two.hash })
    await settle()
    expect(texts.map(linesOf)).toEqual([2, 2])
    ends[1]?.resolve()
    await Promise.all(second)
    expect(writer.head?.sequence).toBe(4)
  })

  it('fails what builds on a record that could not be written, and takes that one again', async () => {
    const { writer, texts, ends, settle } = openStage()
    const [one, two, three] = chain(3) as [AuditRecord, AuditRecord, AuditRecord]
    const appended = [writer.append(one)]
    await settle()
    appended.push(writer.append(two))
    ends[0]?.reject(new Error('full'))
    const results = await Promise.allSettled(appended)
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(writer.append(three)).rejects.toThrow('takes record 1 next')
    const again = writer.append(one)
    await settle()
    ends[1]?.resolve()
    await again
    expect([texts.length, writer.head?.sequence]).toEqual([2, 1])
  })

  it('refuses a record of somebody who was slower when the one that was quicker is in the head', async () => {
    const { writer, ends, settle } = openStage()
    const [one] = chain(1) as [AuditRecord]
    const first = writer.append(one)
    let refusedAt: number | undefined
    const second = writer.append(one).catch(() => {
      refusedAt = writer.head?.sequence
    })
    await settle()
    ends[0]?.resolve()
    await Promise.all([first, second])
    expect(refusedAt).toBe(1)
  })

  it('does not write very much at once', async () => {
    const { writer, texts, ends, settle } = openStage()
    const large = chain(3).map((record) => ({ ...record, body: 'x'.repeat(3 * 1024 * 1024) }))
    const all = Promise.all(large.map((record) => writer.append(record)))
    for (let index = 0; index < 2; index += 1) {
      await settle()
      ends[index]?.resolve()
    }
    await all
    expect(texts.map(linesOf)).toEqual([2, 1])
  })
})
