import type { BigIntStats } from 'node:fs'
import { type FileHandle, stat } from 'node:fs/promises'

/** What is done with the file; a file handle can. */
export type AppendHandle = Pick<FileHandle, 'appendFile' | 'truncate' | 'datasync' | 'close'> & {
  stat(options: { readonly bigint: true }): Promise<BigIntStats>
}

/** What an {@link AppendFile} works with. */
export interface AppendFileParts {
  readonly path: string
  readonly handle: AppendHandle
  /** Bytes that are known to be right; the file is as long. */
  readonly length: number
  readonly fsync: 'always' | 'interval' | 'never'
  readonly fsyncIntervalMs: number
}

/**
 * A file that only grows, by whole texts: what was written in part is cut off before anything follows it. Notices when
 * the file is not the one that it was. One append at a time.
 */
export class AppendFile {
  readonly #parts: AppendFileParts
  /** Bytes that are known to be right. */
  #length: number
  /** More than that may have been written. */
  #isDirty = false
  /** Something has been written that may not be on the disk. */
  #isUnsynced = false
  #syncError: unknown = undefined
  #timer: NodeJS.Timeout | undefined = undefined

  constructor(parts: AppendFileParts) {
    this.#parts = parts
    this.#length = parts.length
  }

  get length(): number {
    return this.#length
  }

  /** Appends a text, or rejects and leaves the file as it was, now or when it is used next. */
  async append(text: string): Promise<void> {
    const { handle, fsync } = this.#parts
    const bytes = Buffer.from(text)
    await this.#check()
    await this.#mend()
    this.#isDirty = true
    await handle.appendFile(bytes)
    if (fsync === 'always') await handle.datasync()
    this.#isDirty = false
    this.#length += bytes.length
    if (fsync === 'interval') this.#syncLater()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    const { handle } = this.#parts
    try {
      await this.#mend()
      if (this.#isUnsynced) await handle.datasync()
    } finally {
      await handle.close()
    }
  }

  /** What cannot be told from the file alone: whether it is still the one that others find under its name. */
  async #check(): Promise<void> {
    const { path, handle } = this.#parts
    const found = await stat(path, { bigint: true }).catch((error: unknown) => {
      throw new Error(`The audit log ${path} is gone: it was deleted or moved.`, { cause: error })
    })
    const own = await handle.stat({ bigint: true })
    if (found.ino !== own.ino || found.dev !== own.dev) {
      throw new Error(`The audit log ${path} was moved: there is another file in its place.`)
    }
    const extra = own.size - BigInt(this.#length)
    if (extra < 0n) throw new Error(`The audit log ${path} was cut: ${-extra} bytes of it are missing.`)
    if (extra > 0n && !this.#isDirty) throw new Error(`Somebody else has written to the audit log ${path}.`)
  }

  async #mend(): Promise<void> {
    const { handle } = this.#parts
    if (this.#isDirty) await handle.truncate(this.#length)
    this.#isDirty = false
    if (this.#syncError === undefined) return
    await handle.datasync()
    this.#syncError = undefined
  }

  #syncLater(): void {
    this.#isUnsynced = true
    this.#timer ??= setTimeout(() => void this.#sync(), this.#parts.fsyncIntervalMs).unref()
  }

  async #sync(): Promise<void> {
    this.#timer = undefined
    this.#isUnsynced = false
    try {
      await this.#parts.handle.datasync()
    } catch (error) {
      // whoever appends next is told
      this.#isUnsynced = true
      this.#syncError = error
    }
  }
}
