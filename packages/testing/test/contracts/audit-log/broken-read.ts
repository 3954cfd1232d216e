import type { AuditLog, AuditRecord } from '@headrace/core'
import { readAll } from '../../../src/contracts/audit-log/chain.ts'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

/** By the sentence that they break. */
export const brokenReadLogs: BrokenStores<AuditLog> = {
  'records gives those of the range, both ends included, an end that is not given being that of the log': {
    'leaves the end out': broken((good) => ({
      records: (range) => good.records({ ...range, to: (range?.to ?? Number.POSITIVE_INFINITY) - 1 }),
    })),
    'leaves the beginning out': broken((good) => ({
      records: (range) => good.records({ ...range, from: (range?.from ?? 0) + 1 }),
    })),
    'ignores the range': broken((good) => ({ records: () => good.records() })),
  },
  'records gives none where nothing is in the range': {
    'gives all where nothing is in the range': broken((good) => ({
      async *records(range) {
        const found = await readAll(good, range)
        yield* found.length > 0 ? found : good.records()
      },
    })),
  },
  'records that are appended during a reading may follow in it, in order, and disturb nothing': {
    'refuses to append during a reading': broken((good) => {
      let readers = 0
      return {
        append(record) {
          if (readers === 0) good.append(record)
        },
        async *records(range) {
          readers += 1
          yield* good.records(range)
          readers -= 1
        },
      }
    }),
    'reads by a place that moves': broken((good) => ({
      async *records() {
        for (let index = 0; index < (good.head()?.sequence ?? 0) / 2; index += 1) {
          const all = await readAll(good)
          yield all.at(all.length - 10 + index) as AuditRecord
        }
      },
    })),
  },
  'a reading may be left early, and several may go on at once': {
    'has one place for all readings': broken((good) => {
      let next = 1
      return {
        async *records(range) {
          next = range?.from ?? 1
          while (next <= (good.head()?.sequence ?? 0)) {
            const [record] = await readAll(good, { from: next, to: next })
            next += 1
            if (record) yield record
          }
        },
      }
    }),
  },
  'a long log is verified from its first record to its head': {
    'gives a thousand records at most': broken((good) => ({
      records: ({ from = 1, to = Number.POSITIVE_INFINITY } = {}) =>
        good.records({ from, to: Math.min(to, from + 999) }),
    })),
  },
}
