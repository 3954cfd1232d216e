import { checkKeys, checkNumber } from '../options/check-option.ts'
import type { PortOptions } from '../ports/port-options.ts'
import type { VectorIndex, VectorMatch } from '../ports/vector-index.ts'
import { nearest } from './vectors/nearest.ts'
import { Sketcher } from './vectors/sketcher.ts'
import { unitVector } from './vectors/unit-vector.ts'
import { VectorTable } from './vectors/vector-table.ts'

/** Options of {@link memoryVectorIndex}. */
export interface MemoryVectorIndexOptions {
  /** Vectors kept over all buckets, the oldest added dropped first; 100,000. */
  readonly maxVectors?: number | undefined
}

/** A vector index in this process: every method answers at once, nothing outlives the process. */
export interface MemoryVectorIndex extends VectorIndex {
  /** Vectors that it holds; some of them may have expired and not be swept yet. */
  readonly size: number
  search(...of: Parameters<VectorIndex['search']>): readonly VectorMatch[]
  add(...of: Parameters<VectorIndex['add']>): void
  remove(...of: Parameters<VectorIndex['remove']>): void
}

/**
 * Makes a {@link MemoryVectorIndex}. A bucket of up to 64 vectors is searched exactly. A larger one is searched through
 * sketches of 256 bits, and the vectors of the nearest sketches are compared exactly: a similarity is always right, and
 * of a thousand vectors at the floor less than one is missed. A vector has 4 bytes a number and some 200 more. Vectors
 * of a bucket have one length: another one is a RangeError, as is one with NaN or Infinity.
 */
export function memoryVectorIndex(options: MemoryVectorIndexOptions = {}): MemoryVectorIndex {
  checkKeys('memoryVectorIndex', options, ['maxVectors'])
  checkNumber('memoryVectorIndex', 'maxVectors', options.maxVectors, { min: 1, integer: true })
  return new Vectors(options.maxVectors ?? 100_000)
}

interface Bucket {
  readonly name: string
  readonly table: VectorTable
  /** By id, and by the row in the table. */
  readonly entries: Map<string, Entry>
  readonly rows: Entry[]
}

/** A vector in its bucket, and in the order of adding. */
interface Entry {
  readonly bucket: Bucket
  readonly id: string
  readonly expiresAt: number
  row: number
  older: Entry | undefined
  younger: Entry | undefined
}

class Vectors implements MemoryVectorIndex {
  readonly supports = { approximate: true, persistent: false }
  size = 0
  readonly #maxVectors: number
  readonly #buckets = new Map<string, Bucket>()
  readonly #sketchers = new Map<number, Sketcher>()
  #oldest: Entry | undefined
  #youngest: Entry | undefined
  /** Which entry the sweep looks at next. */
  #hand: Entry | undefined

  constructor(maxVectors: number) {
    this.#maxVectors = maxVectors
  }

  search(
    name: string,
    vector: Float32Array,
    { now, limit, floor }: PortOptions & { readonly limit: number; readonly floor: number },
  ): readonly VectorMatch[] {
    const bucket = this.#buckets.get(name)
    const unit = unitVector('memoryVectorIndex.search', vector, bucket?.table.dimensions)
    this.#sweep(now)
    if (bucket === undefined || unit === undefined || limit < 1) return []
    const isAlive = (row: number): boolean => now < (bucket.rows[row]?.expiresAt ?? 0)
    return nearest(bucket.table, unit, { limit, floor, isAlive }).map(({ row, similarity }) => ({
      id: bucket.rows[row]?.id ?? '',
      similarity,
    }))
  }

  add(name: string, id: string, vector: Float32Array, expiresAt: number, { now }: PortOptions): void {
    const unit = unitVector('memoryVectorIndex.add', vector, this.#buckets.get(name)?.table.dimensions)
    this.#sweep(now)
    const old = this.#buckets.get(name)?.entries.get(id)
    if (old !== undefined) this.#drop(old)
    if (unit === undefined || expiresAt <= now) return
    const bucket = this.#open(name, unit.length)
    const entry: Entry = { bucket, id, expiresAt, row: bucket.rows.length, older: this.#youngest, younger: undefined }
    bucket.table.push(unit)
    bucket.rows.push(entry)
    bucket.entries.set(id, entry)
    if (this.#youngest === undefined) this.#oldest = entry
    else this.#youngest.younger = entry
    this.#youngest = entry
    this.size += 1
    if (this.size > this.#maxVectors && this.#oldest !== undefined) this.#drop(this.#oldest)
  }

  remove(name: string, ids: readonly string[]): void {
    const entries = this.#buckets.get(name)?.entries
    for (const id of ids) {
      const entry = entries?.get(id)
      if (entry !== undefined) this.#drop(entry)
    }
  }

  #open(name: string, dimensions: number): Bucket {
    let bucket = this.#buckets.get(name)
    if (bucket === undefined) {
      const sketcher = this.#sketchers.get(dimensions) ?? new Sketcher(dimensions)
      this.#sketchers.set(dimensions, sketcher)
      bucket = { name, table: new VectorTable(dimensions, sketcher), entries: new Map(), rows: [] }
      this.#buckets.set(name, bucket)
    }
    return bucket
  }

  /** Two entries a call, going round: what has expired is gone before the index has been used as often as it is large. */
  #sweep(now: number): void {
    for (let n = 0; n < 2; n += 1) {
      const entry = this.#hand ?? this.#oldest
      if (entry === undefined) return
      this.#hand = entry.younger
      if (entry.expiresAt <= now) this.#drop(entry)
    }
  }

  /** A bucket goes with its last entry. */
  #drop(entry: Entry): void {
    const { bucket, id, row, older, younger } = entry
    this.size -= 1
    if (this.#hand === entry) this.#hand = younger
    if (older === undefined) this.#oldest = younger
    else older.younger = younger
    if (younger === undefined) this.#youngest = older
    else younger.older = older
    bucket.entries.delete(id)
    bucket.table.remove(row)
    const last = bucket.rows.pop()
    if (last !== undefined && last !== entry) {
      bucket.rows[row] = last
      last.row = row
    }
    if (bucket.rows.length === 0) this.#buckets.delete(bucket.name)
  }
}
