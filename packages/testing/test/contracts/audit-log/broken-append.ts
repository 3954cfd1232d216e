import { type AuditHead, type AuditLog, type AuditRecord, memoryAuditLog } from '@headrace/core'
import { readAll } from '../../../src/contracts/audit-log/chain.ts'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

/** A log that takes everything. */
function heap(keep: (record: AuditRecord, records: readonly AuditRecord[]) => AuditRecord | undefined) {
  return broken(() => {
    const records: AuditRecord[] = []
    return {
      append(record) {
        const kept = keep(record, records)
        if (kept) records.push(kept)
      },
      head: () => records.at(-1),
      async *records() {
        yield* [...records]
      },
    }
  })
}

function isNext({ sequence, previous }: AuditRecord, last: AuditHead | undefined): boolean {
  return sequence === (last?.sequence ?? 0) + 1 && previous === (last?.hash ?? '')
}

/** By the sentence that they break. */
export const brokenAppendLogs: BrokenStores<AuditLog> = {
  'append keeps the next record of the chain, each once, in order, unchanged; head is the last one': {
    'gives the newest first': broken((good) => ({
      async *records(range) {
        yield* (await readAll(good, range)).toReversed()
      },
    })),
    'loses a record': heap((record) => (record.sequence === 2 ? undefined : record)),
    'changes a body': heap((record) => ({ ...record, body: record.body.toUpperCase() })),
    'keeps a record twice': broken((good) => ({
      async *records(range) {
        for await (const record of good.records(range)) yield* [record, record]
      },
    })),
    'tells the head from before': broken((good) => {
      let head: AuditHead | undefined
      return {
        append(record) {
          head = good.head()
          good.append(record)
        },
        head: () => head,
      }
    }),
  },
  'a log without records has no head and gives none': {
    'begins with a head of its own': broken((good) => ({ head: () => good.head() ?? { sequence: 0, hash: '' } })),
  },
  'append fails for a record that is not the next one, and leaves the log as it is': {
    'takes any record': heap((record) => record),
    'looks at the number only': heap((record, records) => {
      if (record.sequence !== records.length + 1) throw new Error('not the next one')
      return record
    }),
    'looks at the link only': heap((record, records) => {
      if (record.previous !== (records.at(-1)?.hash ?? '')) throw new Error('not the next one')
      return record
    }),
    'keeps quiet about what it does not take': broken((good) => ({
      append(record) {
        if (isNext(record, good.head())) good.append(record)
      },
    })),
    'takes what it refuses': broken(() => {
      const records: AuditRecord[] = []
      return {
        append(record) {
          const last = records.at(-1)
          records.push(record)
          if (!isNext(record, last)) throw new Error('not the next one')
        },
        head: () => records.at(-1),
        async *records() {
          yield* [...records]
        },
      }
    }),
  },
  'whether the hash of a record is right is not looked at': {
    'looks at the hash': broken((good) => ({
      append(record) {
        if (!/^[0-9a-f]{64}$/.test(record.hash)) throw new Error('no hash')
        good.append(record)
      },
    })),
  },
  'any body and any length of it is kept as it is': {
    'writes bodies again': heap((record) => ({ ...record, body: JSON.stringify(JSON.parse(record.body)) })),
    'cuts long bodies': heap((record) => ({ ...record, body: record.body.slice(0, 100_000) })),
    'normalizes text': heap((record) => ({ ...record, body: record.body.normalize() })),
  },
  'appends that overlap are kept in the order of the calls': {
    'cannot do two things at once': broken((good) => {
      let isBusy = false
      return {
        async append(record) {
          if (isBusy) throw new Error('busy')
          isBusy = true
          await Promise.resolve()
          good.append(record)
          isBusy = false
        },
      }
    }),
  },
  'where one of several appends fails, those after it fail too; the same records may be tried again': {
    'puts the next one in the place of the failed': broken((good) => {
      const waiting: AuditRecord[] = []
      return {
        append(record) {
          const { sequence } = good.head() ?? { sequence: 0 }
          if (record.sequence > sequence + 1) waiting.push(record)
          else good.append(record)
        },
      }
    }),
    'takes nothing any more when one has failed': broken((good) => {
      let hasFailed = false
      return {
        append(record) {
          if (hasFailed) throw new Error('failed')
          hasFailed = !isNext(record, good.head())
          good.append(record)
        },
      }
    }),
  },
  'of two records that both would be the next one, one is kept': {
    'looks at the head, waits and writes': broken(() => {
      const records: AuditRecord[] = []
      return {
        async append(record) {
          const last = records.find(({ sequence }) => sequence === record.sequence - 1)
          await Promise.resolve()
          if (record.sequence > 1 && last === undefined && records.length === 0) throw new Error('not the next one')
          records.push(record)
        },
        head: () => records.at(-1),
        async *records() {
          yield* [...records]
        },
      }
    }),
  },
  'whoever writes on a record, on one that was appended or one that was given, changes nothing that is kept': {
    'keeps the record that it is given': heap((record) => record),
    'gives the record that it keeps': heap((record) => ({ ...record })),
    'gives its own head': broken((good) => {
      let head: AuditHead | undefined
      return {
        append(record) {
          good.append(record)
          head = good.head()
        },
        head: () => head,
      }
    }),
  },
  'a log that is opened again has its records and its head, and goes on from there': {
    'is lost': () => ({ store: memoryAuditLog(), reopen: () => memoryAuditLog() }),
    'begins a new chain': () => {
      const store = memoryAuditLog()
      const next = memoryAuditLog()
      const reopen = () => ({
        append: (record: AuditRecord) => next.append(record),
        head: () => next.head() ?? store.head(),
        async *records() {
          yield* store.records()
          yield* next.records()
        },
      })
      return { store, reopen }
    },
  },
}
