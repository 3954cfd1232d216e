import { resolve } from 'node:path'
import type { AuditHead, AuditLog, AuditRange, AuditRecord } from '@headrace/core'
import { readLine } from './audit-line.ts'
import { checkOptions, type FileAuditLogOptions } from './file-audit-log-options.ts'
import { type OpenFile, type OpenFileOptions, openFile } from './open-file.ts'
import { readLines } from './read-lines.ts'

/** An audit log in a file. */
export interface FileAuditLog extends AuditLog, AsyncDisposable {
  /** Where the torn end that was found at opening was moved to; undefined where there was none. */
  readonly torn: string | undefined
  append(record: AuditRecord): Promise<void>
  head(): Promise<AuditHead | undefined>
  /** Writes what waits, closes the file and lets others have it. Nothing can be appended any more. */
  close(): Promise<void>
}

/**
 * Keeps an audit log in a file: a line of JSON for each record. The file is opened by the first `head` or `append`, for
 * this log alone: they reject while another one has it, in this process or another. Opening reads the whole file and
 * checks its chain: a broken line in it is an error that names the line; a torn last one, left behind by a process that
 * died while it wrote, is moved to a file of its own, `<path>.torn-1`, and the chain goes on from the last whole record.
 * `records` only reads, and can be used while another process has the file.
 */
export function fileAuditLog(options: FileAuditLogOptions): FileAuditLog {
  const { path, fsync = 'always', fsyncIntervalMs = 1000, mode = 0o600 } = checkOptions(options)
  return new LazyFile({ path: resolve(path), fsync, fsyncIntervalMs, mode })
}

/** Opens its file when it is first needed. */
class LazyFile implements FileAuditLog {
  readonly #options: OpenFileOptions
  #file: OpenFile | undefined = undefined
  #opening: Promise<OpenFile> | undefined = undefined
  #closing: Promise<void> | undefined = undefined
  /** Appends that wait for the file to be open: those that come later must not overtake them. */
  #waiting = 0

  constructor(options: OpenFileOptions) {
    this.#options = options
  }

  get torn(): string | undefined {
    return this.#file?.torn
  }

  append(record: AuditRecord): Promise<void> {
    const file = this.#file
    // the promise that several records share is handed out as it is
    if (file !== undefined && this.#waiting === 0 && this.#closing === undefined) return file.append(record)
    return this.#appendLater(record)
  }

  async head(): Promise<AuditHead | undefined> {
    const { head } = await this.#open()
    return head && { ...head }
  }

  records(range: AuditRange = {}): AsyncIterable<AuditRecord> {
    return readRecords(this.#options.path, range, this.#file?.length)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #appendLater(record: AuditRecord): Promise<void> {
    this.#waiting += 1
    let file: OpenFile
    try {
      file = await this.#open()
    } finally {
      this.#waiting -= 1
    }
    await file.append(record)
  }

  async #open(): Promise<OpenFile> {
    const { path } = this.#options
    if (this.#closing !== undefined) throw new Error(`The audit log ${path} is closed.`)
    this.#opening ??= openFile(this.#options)
    const opening = this.#opening
    try {
      this.#file = await opening
      return this.#file
    } catch (error) {
      // who asks next may have more luck
      if (this.#opening === opening) this.#opening = undefined
      throw error
    }
  }

  async #close(): Promise<void> {
    const file = await this.#opening?.catch(() => undefined)
    await file?.close()
  }
}

/** The records of a file, without a torn one at its end. Record n is on line n. */
async function* readRecords(
  path: string,
  { from = 1, to = Number.POSITIVE_INFINITY }: AuditRange,
  length: number | undefined,
): AsyncGenerator<AuditRecord> {
  if (to < from) return
  try {
    for await (const lines of readLines(path, { skip: Math.max(0, from - 1), length })) {
      for (const line of lines) {
        if (line.number > to) return
        const record = readLine(line.bytes)
        if (record !== undefined) yield record
        else if (!line.isLast) throw new Error(`Line ${line.number} of the audit log ${path} is no record.`)
      }
    }
  } catch (error) {
    // a file that nobody has made yet holds nothing; one that was open has been taken away
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing || length !== undefined) throw error
  }
}
