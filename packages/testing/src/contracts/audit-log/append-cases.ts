import type { AuditLog, AuditRecord } from '@headrace/core'
import type { ContractCase } from '../contract.ts'
import { holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'
import { jsonSamples } from '../json-samples.ts'
import { needs } from '../trial.ts'
import { appendAll, chain, chainOf, fails, holdRefused, plain, readAll } from './chain.ts'

/** What is kept. */
export const appendCases: readonly ContractCase<AuditLog>[] = [
  {
    name: 'append keeps the next record of the chain, each once, in order, unchanged; head is the last one',
    async run({ store: log }) {
      const records = chain(4)
      for (const [index, record] of records.entries()) {
        await log.append(record)
        const { sequence, hash } = record
        const head = await log.head()
        holdEqual({ sequence: head?.sequence, hash: head?.hash }, { sequence, hash }, 'the head')
        holdEqual(await readAll(log), records.slice(0, index + 1).map(plain), 'the records')
      }
    },
  },
  {
    name: 'a log without records has no head and gives none',
    async run({ store: log }) {
      holdEqual(await log.head(), undefined, 'the head')
      holdEqual(await readAll(log), [], 'the records')
    },
  },
  {
    name: 'append fails for a record that is not the next one, and leaves the log as it is',
    async run({ store: log }) {
      const [one, two, three, four] = chain(4)
      if (!one || !two || !three || !four) return
      await holdRefused(log, two, 'the second record of a chain in an empty log')
      await holdRefused(log, { ...one, previous: two.hash }, 'a first record that links to another one')
      holdEqual([await log.head(), await readAll(log)], [undefined, []], 'the log')
      await appendAll(log, [one, two])
      const before = [await log.head(), await readAll(log)]
      await holdRefused(log, two, 'a record that is there already')
      await holdRefused(log, one, 'the first record again')
      await holdRefused(log, four, 'a record after a gap')
      await holdRefused(log, { ...three, previous: one.hash }, 'a record that links to another one')
      await holdRefused(log, { ...three, previous: '' }, 'a record that links to none')
      await holdRefused(log, { ...three, sequence: 2 }, 'a record with the number of the last one')
      holdEqual([await log.head(), await readAll(log)], before, 'the log after what failed')
      await log.append(three)
      holdEqual(await readAll(log), [one, two, three].map(plain), 'the records after the next one')
    },
  },
  {
    name: 'whether the hash of a record is right is not looked at',
    async run({ store: log }) {
      const records = [
        { sequence: 1, previous: '', body: '{}', hash: 'no hash' },
        { sequence: 2, previous: 'no hash', body: '{}', hash: 'none either' },
      ]
      for (const record of records)
        holdEqual(await fails(log, record), false, 'whether a record with such a hash fails')
      holdEqual(await readAll(log), records, 'the records')
    },
  },
  {
    name: 'any body and any length of it is kept as it is',
    async run({ store: log }) {
      const records = chainOf([
        ...jsonSamples,
        ...hostileNames,
        Object.fromEntries(hostileNames.map((name) => [name, 1])),
      ])
      await appendAll(log, records)
      holdEqual(await readAll(log), records.map(plain), 'the records')
    },
  },
  {
    name: 'appends that overlap are kept in the order of the calls',
    async run({ store: log }) {
      const records = chain(50)
      const failed = await Promise.all(records.map((record) => fails(log, record)))
      holdEqual(failed.includes(true), false, 'whether one of them failed')
      holdEqual(await readAll(log), records.map(plain), 'the records')
    },
  },
  {
    name: 'where one of several appends fails, those after it fail too; the same records may be tried again',
    async run({ store: log }) {
      const records = chain(6)
      const wrong = records.map((record) => (record.sequence === 3 ? { ...record, previous: 'another' } : record))
      const failed = await Promise.all(wrong.map((record) => fails(log, record)))
      holdEqual(failed, [false, false, true, true, true, true], 'which of them failed')
      holdEqual(await readAll(log), records.slice(0, 2).map(plain), 'the records')
      const again = await Promise.all(records.slice(2).map((record) => fails(log, record)))
      holdEqual(again, [false, false, false, false], 'which of them failed when they were tried again')
      holdEqual(await readAll(log), records.map(plain), 'the records then')
    },
  },
  {
    name: 'of two records that both would be the next one, one is kept',
    async run({ store: log }) {
      const [first] = chain(1)
      const [one, two] = [chainOf(['one'], first), chainOf(['two'], first)]
      const all = [...chain(1), ...one, ...two]
      const failed = await Promise.all(all.map((record) => fails(log, record)))
      holdEqual(failed, [false, false, true], 'which of them failed')
      holdEqual(await readAll(log), all.slice(0, 2).map(plain), 'the records')
    },
  },
  {
    name: 'whoever writes on a record, on one that was appended or one that was given, changes nothing that is kept',
    async run({ store: log }) {
      const records = chain(3)
      const own = records.map(plain)
      await appendAll(log, own)
      for (const record of own) Reflect.set(record, 'body', 'changed')
      for await (const record of log.records()) Reflect.set(record, 'body', 'changed')
      Reflect.set((await log.head()) ?? {}, 'hash', 'changed')
      holdEqual(await readAll(log), records.map(plain), 'the records')
      holdEqual((await log.head())?.hash, records.at(-1)?.hash, 'the hash of the head')
      await log.append(chainOf(['next'], records.at(-1))[0] as AuditRecord)
    },
  },
  {
    name: 'a log that is opened again has its records and its head, and goes on from there',
    async run(trial) {
      needs(trial.canReopen, 'the log cannot be opened again')
      const records = chain(5)
      await appendAll(trial.store, records.slice(0, 3))
      const again = await trial.reopen()
      holdEqual(await readAll(again), records.slice(0, 3).map(plain), 'the records')
      holdEqual((await again.head())?.hash, records[2]?.hash, 'the hash of the head')
      await holdRefused(
        again,
        { ...records[0], sequence: 1, previous: '', body: '{}', hash: 'x' },
        'the first record of another chain',
      )
      await appendAll(again, records.slice(3))
      holdEqual(await readAll(again), records.map(plain), 'the records after two more')
    },
  },
]
