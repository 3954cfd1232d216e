import { createReadStream } from 'node:fs'
import { longestLine } from './audit-line.ts'

/** A line of a file, without its line feed. */
export interface Line {
  readonly bytes: Buffer
  /** 1 for the first line. */
  readonly number: number
  /** Where the next line begins. */
  readonly end: number
  /** It ends with a line feed. */
  readonly isComplete: boolean
  /** Nothing follows it. */
  readonly isLast: boolean
}

/** Which lines are read. */
export interface LineRange {
  /** Lines passed over at the beginning. */
  readonly skip?: number
  /** Bytes of the file that are read. */
  readonly length?: number | undefined
}

const lineFeed = 10
const chunkSize = 256 * 1024

/**
 * Reads a file line by line, in batches, with no more in memory than a chunk and a line. Throws where a line is longer
 * than it may be.
 */
export async function* readLines(path: string, range: LineRange = {}): AsyncGenerator<readonly Line[]> {
  const { skip = 0, length = Number.POSITIVE_INFINITY } = range
  if (length === 0) return
  const splitter = new Splitter(path, skip)
  const options = { highWaterMark: chunkSize, ...(Number.isFinite(length) && { end: length - 1 }) }
  for await (const chunk of createReadStream(path, options)) {
    const lines = splitter.push(chunk as Buffer)
    if (lines.length > 0) yield lines
  }
  const rest = splitter.end()
  if (rest.length > 0) yield rest
}

class Splitter {
  readonly #path: string
  readonly #skip: number
  #number = 0
  /** Where the chunk that is being split begins. */
  #offset = 0
  /** The beginning of a line whose end has yet to come. */
  #begun: Buffer[] = []
  #begunSize = 0
  /** The last whole line: whether it is the file's last one is known when another byte comes. */
  #held: Omit<Line, 'isLast'> | undefined = undefined

  constructor(path: string, skip: number) {
    this.#path = path
    this.#skip = skip
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let start = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      this.#emitHeld(lines, false)
      this.#begin(chunk.subarray(start, at))
      start = at + 1
      this.#hold(this.#offset + start, true)
    }
    if (start < chunk.length) {
      this.#emitHeld(lines, false)
      this.#begin(chunk.subarray(start))
    }
    this.#offset += chunk.length
    return lines
  }

  end(): Line[] {
    const lines: Line[] = []
    if (this.#begunSize > 0) this.#hold(this.#offset, false)
    this.#emitHeld(lines, true)
    return lines
  }

  #begin(bytes: Buffer): void {
    this.#begunSize += bytes.length
    if (this.#begunSize > longestLine) {
      throw new Error(`Line ${this.#number + 1} of ${this.#path} is longer than ${longestLine} bytes.`)
    }
    if (this.#number >= this.#skip) this.#begun.push(bytes)
  }

  #hold(end: number, isComplete: boolean): void {
    this.#number += 1
    const [first = Buffer.alloc(0), ...more] = this.#begun
    const bytes = more.length === 0 ? first : Buffer.concat(this.#begun)
    if (this.#number > this.#skip) this.#held = { bytes, number: this.#number, end, isComplete }
    this.#begun = []
    this.#begunSize = 0
  }

  #emitHeld(lines: Line[], isLast: boolean): void {
    if (this.#held === undefined) return
    lines.push({ ...this.#held, isLast })
    this.#held = undefined
  }
}
