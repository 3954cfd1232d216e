import { readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../test/fixture/temporary-folder.ts'
import { AppendFile, type AppendFileParts, type AppendHandle } from './append-file.ts'

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
const handles: FileHandle[] = []

afterEach(async () => {
  vi.useRealTimers()
  for (const handle of handles.splice(0)) await handle.close().catch(() => undefined)
})

/** A file on a disk that can be full or broken. */
async function openStage(parts: Partial<AppendFileParts> = {}) {
  const path = join(temporaryFolder(), 'file')
  const handle = await open(path, 'a+')
  handles.push(handle)
  const disk = { room: Number.POSITIVE_INFINITY, syncError: undefined as Error | undefined, syncs: 0 }
  const own: AppendHandle = {
    appendFile: async (data) => {
      const bytes = Buffer.from(data as Uint8Array)
      await handle.appendFile(bytes.subarray(0, disk.room))
      if (bytes.length > disk.room) throw full
    },
    async datasync() {
      disk.syncs += 1
      if (disk.syncError !== undefined) throw disk.syncError
      await handle.datasync()
    },
    truncate: (length) => handle.truncate(length),
    stat: (options) => handle.stat(options),
    close: () => handle.close(),
  }
  const file = new AppendFile({ path, handle: own, length: 0, fsync: 'never', fsyncIntervalMs: 1000, ...parts })
  return { file, disk, read: () => readFileSync(path, 'utf8') }
}

describe('AppendFile', () => {
  it('cuts off what was written in part before anything follows', async () => {
    const { file, disk, read } = await openStage()
    await file.append('one\n')
    disk.room = 2
    await expect(file.append('two\n')).rejects.toThrow('ENOSPC')
    expect([read(), file.length]).toEqual(['one\ntw', 4])
    disk.room = 1
    await expect(file.append('two\n')).rejects.toThrow('ENOSPC')
    expect(read()).toBe('one\nt')
    disk.room = 99
    await file.append('two\n')
    expect([read(), file.length]).toEqual(['one\ntwo\n', 8])
  })

  it('cuts it off when it is closed, too', async () => {
    const { file, disk, read } = await openStage()
    await file.append('one\n')
    disk.room = 2
    await expect(file.append('two\n')).rejects.toThrow('ENOSPC')
    await file.close()
    expect(read()).toBe('one\n')
  })

  it('counts bytes, not characters', async () => {
    const { file, read } = await openStage()
    await file.append('€😀\n')
    await file.append('x\n')
    expect([file.length, read()]).toEqual([10, '€😀\nx\n'])
  })

  it("has written only what is on the disk, with fsync 'always'", async () => {
    const { file, disk, read } = await openStage({ fsync: 'always' })
    await file.append('one\n')
    expect(disk.syncs).toBe(1)
    disk.syncError = new Error('EIO')
    await expect(file.append('two\n')).rejects.toThrow('EIO')
    expect(file.length).toBe(4)
    disk.syncError = undefined
    await file.append('two\n')
    expect(read()).toBe('one\ntwo\n')
  })

  it("syncs once for many appends, with fsync 'interval', and what is left when it is closed", async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { file, disk } = await openStage({ fsync: 'interval' })
    await file.append('one\n')
    await file.append('two\n')
    expect(disk.syncs).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(disk.syncs).toBe(1)
    vi.advanceTimersByTime(5000)
    expect(disk.syncs).toBe(1)
    await file.append('three\n')
    await file.close()
    expect(disk.syncs).toBe(2)
  })

  it('tells whoever appends next that a sync has failed, until one succeeds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { file, disk, read } = await openStage({ fsync: 'interval' })
    await file.append('one\n')
    disk.syncError = new Error('EIO')
    vi.advanceTimersByTime(1000)
    await expect(file.append('two\n')).rejects.toThrow('EIO')
    await expect(file.append('two\n')).rejects.toThrow('EIO')
    disk.syncError = undefined
    await file.append('two\n')
    expect(read()).toBe('one\ntwo\n')
  })

  it("never syncs with fsync 'never'", async () => {
    const { file, disk } = await openStage()
    await file.append('one\n')
    await file.close()
    expect(disk.syncs).toBe(0)
  })
})
