// Works under leases of a few keys, again and again, and tells what came of it. `hold` takes one and keeps it until killed.
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis } from '../../src/index.ts'

const [url = '', prefix = '', what = '', limit = ''] = process.argv.slice(2)
const client = openRedis({ url, commandTimeoutMs: 5_000 })
const store = redisCacheStore({ client, prefix })
const at = () => ({ now: Date.now() })

/** What one worker says when it is done. */
export interface LeaseReport {
  readonly held: number
  readonly waited: number
  /** How often somebody else was at work under the same lease, or had the same token. */
  readonly violations: number
}

async function race(turns: number): Promise<LeaseReport> {
  const report = { held: 0, waited: 0, violations: 0 }
  while (report.held < turns) {
    const key = { partition: 'race', key: `${report.held % 3}` }
    const answer = await store.lease(key, 5_000, at())
    if ('waitMs' in answer) {
      report.waited += 1
      continue
    }
    report.held += 1
    const inside = await client.command('INCR', [`${prefix}inside:${key.key}`])
    const isNew = await client.command('SADD', [`${prefix}tokens`, answer.token])
    if (inside !== 1 || isNew !== 1) report.violations += 1
    await client.command('DECR', [`${prefix}inside:${key.key}`])
    const now = Date.now()
    const entry = { id: answer.token, value: process.pid, storedAt: now, expiresAt: now + 60_000 }
    if (report.held % 2 === 0) await store.release(key, answer.token, at())
    else if (!(await store.set(key, entry, { token: answer.token }, at()))) report.violations += 1
  }
  return report
}

if (what === 'race') {
  process.send?.(await race(Number(limit)))
  await client.close()
} else {
  process.send?.(await store.lease({ partition: 'held', key: 'k' }, Number(limit), at()))
}
