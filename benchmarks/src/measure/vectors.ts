import { createRandom } from './random.ts'

/** Numbers of a vector, as many as small models for embeddings give. */
export const dimensions = 384
const perTopic = 20
/** Lengths of what is random in a topic and in a vector, against the part that they share with others of length 1. */
const topicSpread = 1.2
const vectorSpread = 0.7

/** Random numbers from -1..1; where a vector takes its own from is random too. */
const noiseSize = 2 ** 20

/** Unit vectors as embeddings lie: topics that have a direction in common (cosine 0.4), and vectors close to their topic (0.7 to each other). */
export class Embeddings {
  readonly #count: number
  readonly #noise: Float32Array
  readonly #topics: readonly Float32Array[]

  constructor(count: number) {
    const random = createRandom(1)
    this.#count = count
    this.#noise = Float32Array.from({ length: noiseSize }, () => 2 * random() - 1)
    const common = this.#moved(new Float32Array(dimensions), 1, random)
    this.#topics = Array.from({ length: Math.ceil(count / perTopic) }, () => this.#moved(common, topicSpread, random))
  }

  /** All of them in order; none is kept. */
  *[Symbol.iterator](): Generator<Float32Array> {
    for (let place = 0; place < this.#count; place++) yield this.at(place)
  }

  /** The same vector each time. */
  at(place: number): Float32Array {
    return this.#moved(this.#topicOf(place), vectorSpread, createRandom(place + 2))
  }

  /** One with a cosine of 0.93 to 0.995 to the vector at this place and of some 0.7 to the others of its topic: it is the nearest. */
  near(place: number): Float32Array {
    const random = createRandom(-place - 1)
    return this.#moved(this.at(place), 0.1 + 0.29 * random(), random)
  }

  /** One of a topic that is near to none of its vectors. */
  strange(place: number): Float32Array {
    return this.#moved(this.#topicOf(place), vectorSpread, createRandom(-this.#count - place - 1))
  }

  #topicOf(place: number): Float32Array {
    return this.#topics[Math.floor(place / perTopic)] ?? new Float32Array(dimensions)
  }

  /** A vector plus a random one of this length, made a unit vector again. */
  #moved(from: Float32Array, by: number, random: () => number): Float32Array {
    // The mean square of a number from -1..1 is a third.
    const scale = by * Math.sqrt(3 / dimensions)
    const start = Math.floor(random() * (noiseSize - dimensions))
    return unit(from.map((value, index) => value + scale * (this.#noise[start + index] ?? 0)))
  }
}

function unit(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  const length = Math.sqrt(sum)
  return vector.map((value) => value / length)
}
