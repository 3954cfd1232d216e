import type { AuditHead, AuditRecord } from '@headrace/core'
import { longestLine, writeLine } from './audit-line.ts'

/** Where lines go. */
export interface LineSink {
  append(text: string): Promise<void>
}

/** Lines that are written together. */
interface Batch {
  readonly lines: string[]
  size: number
  head: AuditHead
  readonly done: PromiseWithResolvers<void>
}

/** Characters that are written together. */
const batchSize = 4 * 1024 * 1024

/** Takes the records of a chain one by one and writes them in batches: while one is written, the next one gathers. */
export class LineWriter {
  readonly #sink: LineSink
  /** The last record that is kept. */
  #head: AuditHead | undefined
  /** The last record that was taken. */
  #tail: AuditHead | undefined
  #batches: Batch[] = []
  #running: Promise<void> | undefined = undefined

  constructor(sink: LineSink, head: AuditHead | undefined) {
    this.#sink = sink
    this.#head = head
    this.#tail = head
  }

  get head(): AuditHead | undefined {
    return this.#head
  }

  /** Takes the next record of the chain; resolves when it is written. Those of one batch give one promise. */
  append(record: AuditRecord): Promise<void> {
    const { sequence, previous, hash } = record
    const { sequence: last, hash: link } = this.#tail ?? { sequence: 0, hash: '' }
    if (sequence !== last + 1 || previous !== link) return this.#refuse(sequence, last + 1)
    const line = writeLine(record)
    if (Buffer.byteLength(line) > longestLine) {
      return Promise.reject(new Error(`Record ${sequence} is longer than ${longestLine} bytes.`))
    }
    this.#tail = { sequence, hash }
    return this.#add(line, this.#tail)
  }

  /** Resolves when nothing waits any more, whatever came of it. */
  async settle(): Promise<void> {
    await this.#running
  }

  /** When what was taken before is written: then the log's head shows who was quicker. */
  async #refuse(given: number, next: number): Promise<never> {
    await this.settle()
    throw new Error(`The audit log takes record ${next} next, linked to the one before; it was given ${given}.`)
  }

  #add(line: string, head: AuditHead): Promise<void> {
    let batch = this.#batches.at(-1)
    if (batch === undefined || batch.size >= batchSize) {
      batch = { lines: [], size: 0, head, done: Promise.withResolvers<void>() }
      this.#batches.push(batch)
    }
    batch.lines.push(line)
    batch.size += line.length
    batch.head = head
    this.#running ??= this.#run()
    return batch.done.promise
  }

  async #run(): Promise<void> {
    // what else is appended in this turn comes along
    await Promise.resolve()
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      try {
        await this.#sink.append(batch.lines.join(''))
        this.#head = batch.head
        batch.done.resolve()
      } catch (error) {
        this.#fail(batch, error)
      }
    }
    this.#running = undefined
  }

  /** What builds on records that could not be written cannot be written either. */
  #fail(failed: Batch, error: unknown): void {
    this.#tail = this.#head
    for (const { done } of [failed, ...this.#batches.splice(0)]) done.reject(error)
  }
}
