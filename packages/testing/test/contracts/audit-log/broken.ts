import { type AuditLog, type MemoryAuditLog, memoryAuditLog } from '@headrace/core'

/** The audit log in memory, with some of its methods replaced. */
export function broken(change: (good: MemoryAuditLog) => Partial<AuditLog>): () => AuditLog {
  return () => {
    const good = memoryAuditLog()
    return {
      append: (record) => good.append(record),
      head: () => good.head(),
      records: (range) => good.records(range),
      ...change(good),
    }
  }
}
