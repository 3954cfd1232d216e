import { headWords, type SketchBlock, type SketchLimits, scanSketches, tailWords } from './scan-sketches.ts'
import { type Sketcher, sketchWords } from './sketcher.ts'

/** Rows of a block: memory grows by blocks, so growth never copies what is there. */
const blockRows = 1_024
const firstRows = 1

interface Block extends SketchBlock {
  readonly vectors: Float32Array
}

/** Unit vectors of one length in rows 0, 1, 2, … without gaps, each with its sketch. */
export class VectorTable {
  readonly dimensions: number
  size = 0
  readonly #sketcher: Sketcher
  readonly #sketch = new Uint32Array(sketchWords)
  readonly #blocks: Block[] = []

  constructor(dimensions: number, sketcher: Sketcher) {
    this.dimensions = dimensions
    this.#sketcher = sketcher
  }

  /** Adds a row behind the last one. */
  push(vector: Float32Array): void {
    const row = this.size
    this.size += 1
    const { vectors, heads, tails } = this.#reserve(row)
    const at = row % blockRows
    this.#sketcher.sketch(vector, this.#sketch)
    vectors.set(vector, at * this.dimensions)
    heads.set(this.#sketch.subarray(0, headWords), at * headWords)
    tails.set(this.#sketch.subarray(headWords), at * tailWords)
  }

  /** Takes a row out; the last one takes its number. */
  remove(row: number): void {
    const last = this.size - 1
    const from = this.#blockOf(last)
    const to = this.#blockOf(row)
    const width = this.dimensions
    const [source, target] = [last % blockRows, row % blockRows]
    to.vectors.set(from.vectors.subarray(source * width, (source + 1) * width), target * width)
    to.heads.set(from.heads.subarray(source * headWords, (source + 1) * headWords), target * headWords)
    to.tails.set(from.tails.subarray(source * tailWords, (source + 1) * tailWords), target * tailWords)
    this.size = last
    if (source === 0) this.#blocks.pop()
  }

  /** The cosine of a unit vector and the one of a row. */
  cosine(row: number, vector: Float32Array): number {
    const { vectors } = this.#blockOf(row)
    const start = (row % blockRows) * this.dimensions
    const end = vector.length - (vector.length % 4)
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let i = 0; i < end; i += 4) {
      a += (vectors[start + i] ?? 0) * (vector[i] ?? 0)
      b += (vectors[start + i + 1] ?? 0) * (vector[i + 1] ?? 0)
      c += (vectors[start + i + 2] ?? 0) * (vector[i + 2] ?? 0)
      d += (vectors[start + i + 3] ?? 0) * (vector[i + 3] ?? 0)
    }
    for (let i = end; i < vector.length; i += 1) a += (vectors[start + i] ?? 0) * (vector[i] ?? 0)
    return a + b + c + d
  }

  /**
   * The rows whose sketches are within the limits, listed by the number of different bits. Once that many are found as
   * are enough, rows further away than those are left out.
   */
  near(
    vector: Float32Array,
    { head, whole }: SketchLimits,
    enough: number,
  ): readonly (readonly number[] | undefined)[] {
    const query = this.#sketch
    this.#sketcher.sketch(vector, query)
    const found: number[][] = []
    let limits = { head, whole }
    for (const [at, block] of this.#blocks.entries()) {
      const start = at * blockRows
      const rows = Math.min(blockRows, this.size - start)
      scanSketches(block, { query, rows, limits }, (row, distance) => {
        const list = found[distance]
        if (list === undefined) found[distance] = [start + row]
        else list.push(start + row)
      })
      limits = { head, whole: enoughWithin(found, limits.whole, enough) }
    }
    return found
  }

  #blockOf(row: number): Block {
    return this.#blocks[Math.floor(row / blockRows)] ?? nothing
  }

  /** The block of a row, with room for it. Small tables are many: the first block starts small. */
  #reserve(row: number): Block {
    const at = Math.floor(row / blockRows)
    const block = this.#blocks[at]
    const room = block === undefined ? 0 : block.heads.length / headWords
    if (block !== undefined && row % blockRows < room) return block
    const rows = at > 0 ? blockRows : Math.min(blockRows, Math.max(firstRows, room * 2))
    const larger = {
      vectors: new Float32Array(rows * this.dimensions),
      heads: new Uint32Array(rows * headWords),
      tails: new Uint32Array(rows * tailWords),
    }
    if (block !== undefined) {
      larger.vectors.set(block.vectors)
      larger.heads.set(block.heads)
      larger.tails.set(block.tails)
    }
    this.#blocks[at] = larger
    return larger
  }
}

/** The smallest distance within which enough rows were found, or the limit. */
function enoughWithin(found: readonly (readonly number[] | undefined)[], limit: number, enough: number): number {
  let count = 0
  for (let distance = 0; distance < limit; distance += 1) {
    count += found[distance]?.length ?? 0
    if (count >= enough) return distance
  }
  return limit
}

const nothing: Block = { vectors: new Float32Array(), heads: new Uint32Array(), tails: new Uint32Array() }
