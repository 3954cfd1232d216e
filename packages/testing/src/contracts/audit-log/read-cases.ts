import { type AuditLog, type AuditRange, type AuditRecord, verifyAudit } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { appendAll, chain, plain, readAll } from './chain.ts'

/** What is given back. */
export const readCases: readonly ContractCase<AuditLog>[] = [
  {
    name: 'records gives those of the range, both ends included, an end that is not given being that of the log',
    async run({ store: log }) {
      const records = chain(10)
      await appendAll(log, records)
      const ranges: [AuditRange, number, number][] = [
        [{}, 1, 10],
        [{ from: 1, to: 10 }, 1, 10],
        [{ from: 4 }, 4, 10],
        [{ to: 4 }, 1, 4],
        [{ from: 3, to: 5 }, 3, 5],
        [{ from: 7, to: 7 }, 7, 7],
        [{ from: 9, to: 99 }, 9, 10],
        [{ from: 0, to: 1 }, 1, 1],
        [{ from: undefined, to: undefined }, 1, 10],
      ]
      for (const [range, from, to] of ranges) {
        holdEqual(
          await readAll(log, range),
          records.slice(from - 1, to).map(plain),
          `the records of ${JSON.stringify(range)}`,
        )
      }
    },
  },
  {
    name: 'records gives none where nothing is in the range',
    async run({ store: log }) {
      await appendAll(log, chain(3))
      for (const range of [{ from: 4 }, { from: 3, to: 2 }, { to: 0 }]) {
        holdEqual(await readAll(log, range), [], `the records of ${JSON.stringify(range)}`)
      }
    },
  },
  {
    name: 'records that are appended during a reading may follow in it, in order, and disturb nothing',
    async run({ store: log }) {
      const records = chain(20)
      await appendAll(log, records.slice(0, 10))
      const seen: AuditRecord[] = []
      for await (const record of log.records()) {
        const next = records[10 + seen.length]
        seen.push(plain(record))
        if (next !== undefined) await log.append(next)
      }
      hold(seen.length >= 10, 'all are given that were there when the reading began', seen.length)
      holdEqual(seen, records.slice(0, seen.length).map(plain), 'the records of the reading')
      holdEqual(await readAll(log), records.map(plain), 'the records afterwards')
    },
  },
  {
    name: 'a reading may be left early, and several may go on at once',
    async run({ store: log }) {
      const records = chain(10)
      await appendAll(log, records)
      for await (const record of log.records()) if (record.sequence === 2) break
      const readings = await Promise.all([readAll(log), readAll(log, { from: 5 }), readAll(log)])
      holdEqual(
        readings.map((reading) => reading.length),
        [10, 6, 10],
        'how many records each reading gave',
      )
      holdEqual(readings[2], records.map(plain), 'the records')
    },
  },
  {
    name: 'a long log is verified from its first record to its head',
    async run({ store: log }) {
      const records = chain(2_000)
      await Promise.all(records.map(async (record) => log.append(record)))
      const head = await log.head()
      holdEqual(await verifyAudit(log.records(), { head }), { ok: true, count: 2_000 }, 'what verifyAudit says')
    },
  },
]
