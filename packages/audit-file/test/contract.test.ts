import { testAuditLog } from '@headrace/testing/vitest'
import { openLog } from './fixture/open-log.ts'

for (const fsync of ['always', 'interval', 'never'] as const) {
  testAuditLog({
    title: `fileAuditLog, fsync ${fsync}`,
    create() {
      const { log, again } = openLog({ fsync })
      return {
        store: log,
        async reopen() {
          await log.close()
          return again()
        },
      }
    },
  })
}
