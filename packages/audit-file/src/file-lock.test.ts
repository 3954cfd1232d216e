import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../test/fixture/temporary-folder.ts'
import { lockFile } from './file-lock.ts'

const gone = spawnSync(process.execPath, ['-e', '']).pid
const nobody = { pid: gone, host: hostname(), token: 'x' }

/** A lock file as somebody else has left it, `ageMs` ago. */
function leaveLock(content: unknown, ageMs = 0): string {
  const path = join(temporaryFolder(), 'file')
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(`${path}.lock`, text)
  const then = new Date(Date.now() - ageMs)
  utimesSync(`${path}.lock`, then, then)
  return path
}

async function canLock(path: string): Promise<boolean> {
  try {
    const lock = await lockFile(path)
    await lock.release()
    return true
  } catch {
    return false
  }
}

describe('lockFile', () => {
  it('gives the lock to one at a time', async () => {
    const path = join(temporaryFolder(), 'file')
    const lock = await lockFile(path)
    await expect(lockFile(path)).rejects.toThrow(`is written by process ${process.pid} on ${hostname()}`)
    await lock.release()
    expect(existsSync(`${path}.lock`)).toBe(false)
    expect(await canLock(path)).toBe(true)
  })

  it('gives the lock to one of many that ask at once, also where it was left behind', async () => {
    for (let round = 0; round < 20; round += 1) {
      const path = leaveLock(nobody)
      const all = await Promise.allSettled(Array.from({ length: 20 }, () => lockFile(path)))
      const taken = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(taken.length).toBe(1)
      await taken[0]?.release()
      expect(readdirSync(dirname(path))).toEqual([])
    }
  })

  it('is not kept from a lock that was left behind by one who died while taking it over', async () => {
    const path = leaveLock(nobody)
    writeFileSync(`${path}.lock.taking`, '')
    await expect(lockFile(path)).rejects.toThrow('is being opened by others')
    const then = new Date(Date.now() - 6000)
    utimesSync(`${path}.lock.taking`, then, then)
    expect(await canLock(path)).toBe(true)
    expect(readdirSync(dirname(path))).toEqual([])
  })

  it.each([
    ['of a process that is gone', nobody, 0, true],
    ['of a process with the number of another one', { ...nobody, pid: process.pid, born: 'another boot 1' }, 0, true],
    ['of a process that runs, of which no more is known', { ...nobody, pid: process.pid }, 999_999, false],
    ['of another machine that was heard of', { ...nobody, host: 'another' }, 50_000, false],
    ['of another machine that was not heard of for long', { ...nobody, host: 'another' }, 70_000, true],
    ['that is being written', '', 1000, false],
    ['that was never finished', '{"pid":', 6000, true],
    ['that says nothing', '{}', 6000, true],
  ])('with a lock %s: %o, %i ms old: can be taken: %s', async (_, content, ageMs, isFree) => {
    expect(await canLock(leaveLock(content, ageMs))).toBe(isFree)
  })
})

describe('a lock that is held', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const beat = async (check: () => boolean): Promise<void> => {
    vi.advanceTimersByTime(10_000)
    await vi.waitFor(() => expect(check()).toBe(true))
  }

  it('shows that its holder lives, and makes a lock file that was deleted anew', async () => {
    const path = join(temporaryFolder(), 'file')
    const lock = await lockFile(path)
    const text = readFileSync(`${path}.lock`, 'utf8')
    rmSync(`${path}.lock`)
    await beat(() => existsSync(`${path}.lock`) && readFileSync(`${path}.lock`, 'utf8') === text)
    expect(lock.isLost).toBe(false)
    await lock.release()
  })

  it('is lost where somebody else has taken it, and then leaves theirs alone', async () => {
    const path = join(temporaryFolder(), 'file')
    const lock = await lockFile(path)
    writeFileSync(`${path}.lock`, JSON.stringify(nobody))
    await beat(() => lock.isLost)
    await lock.release()
    expect(existsSync(`${path}.lock`)).toBe(true)
  })
})
