import { Redis } from 'ioredis'
import { expect } from 'vitest'
import type { RedisServer } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { type FaultStage, type StageOptions, stores } from './fault-stage.ts'

/** Milliseconds that one call waits for stores, all its waits together: `onStoreError.budget`. */
const budgetMs = 100
/** Milliseconds for which a healthy call may take longer than its tool, on a busy machine too. */
const ordinaryMs = 30

/** What no fault of a server may do: fail a call, give a wrong answer, make Node warn of listeners that gather. */
export function holdRight(stage: FaultStage): void {
  const failed = stage.samples.filter(({ status }) => status !== 'ok')
  expect(failed, 'calls that a fault of the server has failed').toEqual([])
  expect(stage.wrong, 'wrong answers').toEqual([])
  expect(stage.warnings, 'warnings of Node').toEqual([])
}

/**
 * The same, and that none costs a call more than the budget. A read that waits for the run of another call, in its flight
 * or for its lease, may lose what that one loses as well; where nothing is cached none waits so.
 */
export function holdUnharmed(stage: FaultStage, { isCached = true }: StageOptions = {}): void {
  holdRight(stage)
  expect(stage.samples.length, 'calls in all').toBeGreaterThan(500)
  const [writes, reads] = [lostOf(stage, false), lostOf(stage, true)]
  expect(writes.at(-1), 'the longest that a write has lost').toBeLessThan(budgetMs + ordinaryMs)
  const most = (isCached ? 2 : 1) * budgetMs
  expect(reads.at(-1), 'the longest that a read has lost').toBeLessThan(most + ordinaryMs)
}

/** The shortest first. */
function lostOf(stage: FaultStage, isRead: boolean): readonly number[] {
  const samples = stage.samples.filter((sample) => sample.isRead === isRead)
  return samples.map(({ lostMs }) => lostMs).sort((one, other) => one - other)
}

/**
 * An event has told of the fault, and of its end, for each store; and since a store that fails is left alone, few reads
 * have lost more than the budget.
 */
export function holdTold(stage: FaultStage): void {
  for (const store of stores) {
    expect(stage.count('store-error', store), `store-error of ${store}`).toBeGreaterThan(0)
    expect(stage.count('store-suspend', store), `store-suspend of ${store}`).toBeGreaterThan(0)
    expect(stage.count('store-resume', store), `store-resume of ${store}`).toBeGreaterThan(0)
  }
  const reads = lostOf(stage, true)
  const most = reads[Math.floor(reads.length * 0.99)]
  expect(most, 'what 99 of 100 reads have lost at most').toBeLessThan(budgetMs + ordinaryMs)
}

/** Nothing of ours is left that keeps a process alive, nor a connection of ours at the servers. */
export async function holdNothingLeft(before: readonly string[], servers: readonly RedisServer[]): Promise<void> {
  await waitUntil('no more timers and sockets than before', () => moreThan(before).length === 0 || moreThan(before))
  for (const { port, host } of servers) {
    const admin = new Redis({ port, host, connectionName: 'admin' })
    try {
      const list = async (): Promise<string> => String(await admin.client('LIST'))
      await waitUntil('no connection of ours', async () => !(await list()).includes('name=headrace') || list())
    } finally {
      admin.disconnect()
    }
  }
}

/** What keeps this process alive now. */
export function resources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name.startsWith('TCP'))
}

function moreThan(before: readonly string[]): string[] {
  const known = [...before]
  return resources().filter((name) => {
    const at = known.indexOf(name)
    if (at >= 0) known.splice(at, 1)
    return at < 0
  })
}
