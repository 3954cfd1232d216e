import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { verifyAudit } from '@headrace/core'
import { afterEach, describe, expect, it } from 'vitest'
import { appendAll, chain, openLog, sequencesOf } from './fixture/open-log.ts'

const program = fileURLToPath(new URL('fixture/append-forever.ts', import.meta.url))

/** A process that appends to a file without an end. */
interface Appender {
  /** Waits until it says that so many records are kept. */
  reached(count: number): Promise<void>
  /** Ends it at once; gives how many records it said are kept. */
  kill(): Promise<number>
}

const kills: (() => Promise<number>)[] = []

function startAppender(path: string, text: string): Appender {
  const child = spawn(process.execPath, ['--conditions=@headrace/source', program, path, text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let kept = 0
  child.stdout.setEncoding('utf8').on('data', (lines: string) => {
    for (const line of lines.split('\n')) kept = Math.max(kept, Number(line))
  })
  const kill = async (): Promise<number> => {
    child.kill('SIGKILL')
    await exited
    return kept
  }
  const reached = async (count: number): Promise<void> => {
    if (kept >= count) return
    await once(child.stdout, 'data')
    await reached(count)
  }
  kills.push(kill)
  return {
    reached,
    kill,
  }
}

afterEach(async () => {
  for (const kill of kills.splice(0)) await kill()
})

describe('an audit file and another process', () => {
  it('has all that was kept when the process is killed while it writes, and goes on', async () => {
    const { path, again } = openLog()
    let before = 0
    for (const text of ['a', 'long ']) {
      const appender = startAppender(path, text)
      await appender.reached(before + 200)
      const kept = await appender.kill()
      const log = again()
      const head = await log.head()
      expect(head?.sequence).toBeGreaterThanOrEqual(kept)
      expect(await verifyAudit(log.records(), { head })).toEqual({ ok: true, count: head?.sequence })
      before = head?.sequence ?? 0
      await log.close()
    }
  }, 60_000)

  it('is written by one at a time, read by anybody, and free again when that one was killed', async () => {
    const { log, path, again } = openLog()
    const appender = startAppender(path, 'x')
    await appender.reached(50)
    await expect(log.head()).rejects.toThrow(
      /The audit log .* is written by process \d+ on .*\. If that is not so, delete .*audit\.jsonl\.lock\./,
    )
    await expect(appendAll(log, chain(1))).rejects.toThrow('is written by process')
    expect(await sequencesOf(again(), { to: 3 })).toEqual([1, 2, 3])
    await appender.kill()
    expect((await log.head())?.sequence).toBeGreaterThanOrEqual(50)
  }, 60_000)

  it('is written by one log at a time in this process, too', async () => {
    const { log, again } = openLog()
    const second = again()
    await appendAll(log, chain(1))
    await expect(second.head()).rejects.toThrow(`is written by process ${process.pid} on`)
    await log.close()
    expect((await second.head())?.sequence).toBe(1)
  })
})
