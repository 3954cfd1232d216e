import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../json/plain-json.ts'
import type { AuditHead, AuditRecord } from '../ports/audit-log.ts'
import { nextAuditRecord } from './chain-record.ts'
import { verifyAudit } from './verify-audit.ts'

function chainOf(length: number): AuditRecord[] {
  const records: AuditRecord[] = []
  for (let n = 1; n <= length; n += 1) records.push(nextAuditRecord(records.at(-1), { n }))
  return records
}

const headOf = ({ sequence, hash }: AuditRecord): AuditHead => ({ sequence, hash })
const at = (records: readonly AuditRecord[], index: number): AuditRecord => records[index] as AuditRecord

describe('nextAuditRecord', () => {
  it('makes a record whose hash is SHA-256 over the canonical JSON of the rest', () => {
    const record = nextAuditRecord({ sequence: 7, hash: 'ab"c' }, { z: '€\ud800', a: [1] })
    const { hash, ...content } = record
    expect(content).toEqual({ sequence: 8, previous: 'ab"c', body: '{"a":[1],"z":"€\\ud800"}' })
    expect(hash).toBe(
      createHash('sha256')
        .update(canonicalJson(content) ?? '')
        .digest('hex'),
    )
    expect(Object.isFrozen(record)).toBe(true)
  })

  it('refuses what is no plain JSON', () => {
    expect(() => nextAuditRecord(undefined, { on: new Date() })).toThrow('must be plain JSON')
  })
})

describe('verifyAudit', () => {
  it('finds a whole chain right, also an empty one and one that is read asynchronously', async () => {
    async function* slowly(): AsyncGenerator<AuditRecord> {
      yield* chainOf(3)
    }
    expect(await verifyAudit([])).toEqual({ ok: true, count: 0 })
    expect(await verifyAudit(chainOf(3))).toEqual({ ok: true, count: 3 })
    expect(await verifyAudit(slowly())).toEqual({ ok: true, count: 3 })
  })

  it('names the record whose content does not fit its hash', async () => {
    const records = chainOf(3)
    records[1] = { ...at(records, 1), body: at(records, 1).body.replace(/./, '[') }
    expect(await verifyAudit(records)).toEqual({ ok: false, sequence: 2, why: 'hash' })
  })

  it('names the record that does not link to the one before', async () => {
    const records = chainOf(3)
    records[1] = nextAuditRecord(records[0], { n: 'another' })
    expect(await verifyAudit(records)).toEqual({ ok: false, sequence: 3, why: 'link' })
    const foreign = nextAuditRecord({ sequence: 0, hash: 'x' }, 1)
    expect(await verifyAudit([foreign])).toEqual({ ok: false, sequence: 1, why: 'link' })
  })

  it('names the record whose sequence is not the next one', async () => {
    const records = chainOf(4)
    expect(await verifyAudit(records.slice(1))).toEqual({ ok: false, sequence: 2, why: 'gap' })
    expect(await verifyAudit(records.toSpliced(1, 2))).toEqual({ ok: false, sequence: 4, why: 'gap' })
    expect(await verifyAudit(records.toSpliced(2, 0, at(records, 1)))).toEqual({ ok: false, sequence: 2, why: 'gap' })
    expect(await verifyAudit(records.toReversed())).toEqual({ ok: false, sequence: 4, why: 'gap' })
  })

  it('finds a missing end when it is given the head, and lets the log go on behind it', async () => {
    const records = chainOf(4)
    const head = headOf(at(records, 2))
    expect(await verifyAudit(records, { head })).toEqual({ ok: true, count: 4 })
    expect(await verifyAudit(records.slice(0, 3), { head })).toEqual({ ok: true, count: 3 })
    expect(await verifyAudit(records.slice(0, 1), { head })).toEqual({ ok: false, sequence: 2, why: 'truncated' })
    expect(await verifyAudit([], { head })).toEqual({ ok: false, sequence: 1, why: 'truncated' })
    expect(await verifyAudit([], { head: undefined })).toEqual({ ok: true, count: 0 })
  })

  it('finds a chain that was written anew from a record before the head', async () => {
    const records = chainOf(3)
    const head = headOf(at(records, 1))
    const second = nextAuditRecord(records[0], { n: 'another' })
    const forged = [at(records, 0), second, nextAuditRecord(second, 3)]
    expect(await verifyAudit(forged)).toEqual({ ok: true, count: 3 })
    expect(await verifyAudit(forged, { head })).toEqual({ ok: false, sequence: 2, why: 'truncated' })
  })

  it('checks the later part of a chain, linked to the record before where that is known', async () => {
    const records = chainOf(5)
    const part = records.slice(3)
    const after = headOf(at(records, 2))
    const head = headOf(at(records, 4))
    expect(await verifyAudit(part, { from: 4, head })).toEqual({ ok: true, count: 2 })
    expect(await verifyAudit(part, { after, head })).toEqual({ ok: true, count: 2 })
    expect(await verifyAudit(part, { after: { ...after, hash: 'x' } })).toEqual({
      ok: false,
      sequence: 4,
      why: 'link',
    })
    expect(await verifyAudit(part, { from: 3 })).toEqual({ ok: false, sequence: 4, why: 'gap' })
    expect(await verifyAudit(part, { after, head: headOf(at(records, 0)) })).toEqual({ ok: true, count: 2 })
    expect(await verifyAudit([], { after, head: after })).toEqual({ ok: true, count: 0 })
    expect(await verifyAudit([], { after, head: { ...after, hash: 'x' } })).toEqual({
      ok: false,
      sequence: 3,
      why: 'truncated',
    })
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'record'],
    ['an array', []],
    ['a record without a hash', { sequence: 2, previous: '', body: '' }],
    ['a record without a body', { sequence: 2, previous: '', hash: '' }],
    ['a record with a text as its sequence', { sequence: '2', previous: '', body: '', hash: '' }],
    ['a record before the first', { sequence: 0, previous: '', body: '', hash: '' }],
    ['a record that throws when it is read', Object.defineProperty({}, 'sequence', { get: () => fail('read') })],
  ])('takes %s for a broken record and does not throw', async (_, stored) => {
    const records = chainOf(3)
    records[1] = stored as AuditRecord
    expect(await verifyAudit(records)).toEqual({ ok: false, sequence: 2, why: 'hash' })
  })

  it('finds whatever was changed, in the first record that shows it', async () => {
    const members = ['sequence', 'previous', 'body', 'hash'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom(...members),
        fc.oneof(fc.string(), fc.anything()),
        async (index, member, value) => {
          const records = chainOf(6)
          fc.pre(!Object.is(at(records, index)[member], value))
          records[index] = { ...at(records, index), [member]: value }
          expect(await verifyAudit(records)).toMatchObject({ ok: false, why: 'hash' })
        },
      ),
    )
  })

  it('rejects with what reading the records throws', async () => {
    async function* broken(): AsyncGenerator<AuditRecord> {
      yield* chainOf(1)
      throw new Error('the disk is gone')
    }
    await expect(verifyAudit(broken())).rejects.toThrow('the disk is gone')
  })

  it('refuses options that make no sense', async () => {
    const after = { sequence: 1, hash: '' }
    await expect(verifyAudit([], { from: 0 })).rejects.toThrow('verifyAudit: from must be an integer >= 1')
    await expect(verifyAudit([], { from: 2, after })).rejects.toThrow('from cannot be given beside it')
    await expect(verifyAudit([], { head: { hash: '' } as AuditHead })).rejects.toThrow('head: sequence must be')
    await expect(verifyAudit([], { head: 'x' as unknown as AuditHead })).rejects.toThrow('head must be the sequence')
    await expect(verifyAudit([], { to: 1 } as object)).rejects.toThrow("unknown option 'to'")
  })
})

function fail(why: string): never {
  throw new Error(why)
}
