import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** Longer documents are read as far as this: enough of any README, and of a changelog the newest part. */
const maxBytes = 256 * 1024

/** Reads the start of a text file. */
export function readDocument(directory: string, path: string): string {
  const file = openSync(join(directory, path), 'r')
  try {
    const buffer = Buffer.alloc(maxBytes)
    const length = readSync(file, buffer, 0, maxBytes, 0)
    return buffer.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}
