import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { AuditHead, AuditRecord } from '@headrace/core'
import { AppendFile } from './append-file.ts'
import { type FileLock, lockFile } from './file-lock.ts'
import { LineWriter } from './line-writer.ts'
import { scanFile } from './scan-file.ts'

/** How a file is opened. */
export interface OpenFileOptions {
  readonly path: string
  readonly fsync: 'always' | 'interval' | 'never'
  readonly fsyncIntervalMs: number
  readonly mode: number
}

/** A file that is open for appending, and locked. */
export interface OpenFile {
  /** Where a torn end was moved to. */
  readonly torn: string | undefined
  readonly head: AuditHead | undefined
  /** Bytes of the records that are kept. */
  readonly length: number
  append(record: AuditRecord): Promise<void>
  close(): Promise<void>
}

/** Locks a file, makes it where it is not there, checks it and takes a torn end off. */
export async function openFile(options: OpenFileOptions): Promise<OpenFile> {
  const { path, mode } = options
  await checkDirectory(path)
  const lock = await lockFile(path)
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'a+', mode)
    return await openLocked(options, lock, handle)
  } catch (error) {
    await handle?.close()
    await lock.release()
    throw error
  }
}

async function openLocked(options: OpenFileOptions, lock: FileLock, handle: FileHandle): Promise<OpenFile> {
  const { path, mode, fsync } = options
  if (!(await handle.stat()).isFile()) throw new Error(`The audit log ${path} is no file.`)
  const { head, length, isUnfinished } = await scanFile(path)
  const { size } = await handle.stat()
  const torn = size > length ? await saveRest(path, length, mode) : undefined
  if (torn !== undefined) await handle.truncate(length)
  const file = new AppendFile({ ...options, handle, length })
  if (isUnfinished) await file.append('\n')
  if (fsync !== 'never') await syncDirectory(path)
  const append = async (text: string): Promise<void> => {
    if (lock.isLost) throw new Error(`The audit log ${path} was taken over by another process.`)
    await file.append(text)
  }
  const writer = new LineWriter({ append }, head)
  return {
    torn,
    get head() {
      return writer.head
    },
    get length() {
      return file.length
    },
    append: (record) => writer.append(record),
    async close() {
      await writer.settle()
      try {
        await file.close()
      } finally {
        await lock.release()
      }
    },
  }
}

/** An audit log in a place that nobody meant would start a chain of its own: so the directory is not made. */
async function checkDirectory(path: string): Promise<void> {
  const directory = dirname(path)
  const found = await stat(directory).catch((error: unknown) => {
    throw new Error(`The directory of the audit log ${path} cannot be read.`, { cause: error })
  })
  if (!found.isDirectory()) throw new Error(`The audit log ${path} is not in a directory.`)
}

/** Copies what follows `length` bytes into a file of its own; gives its path. */
async function saveRest(path: string, length: number, mode: number): Promise<string> {
  for (let count = 1; ; count += 1) {
    const torn = `${path}.torn-${count}`
    try {
      await pipeline(
        createReadStream(path, { start: length }),
        createWriteStream(torn, { flags: 'wx', mode, flush: true }),
      )
      return torn
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** A file that was just made is in its directory after a loss of power only when that was synced. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(dirname(path), 'r')
    await directory.sync().finally(() => directory.close())
  } catch {
    // some systems have no such thing
  }
}
