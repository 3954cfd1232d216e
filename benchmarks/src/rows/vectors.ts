import { requireForm, type SearchVectors } from '../contender.ts'
import { atLeast } from '../goal.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import { createRandom } from '../measure/random.ts'
import { dimensions, Embeddings } from '../measure/vectors.ts'
import type { Row, Scale } from '../row.ts'
import { sequentialWorkload } from './sequential.ts'

const floor = 0.92
const queries = 500
const recallMs = 400
const warmUps = 20_000

/** One look-up as a cache makes it: the nearest vector above the floor, or none; half of them have one. */
function vectorRow(count: number): Row {
  return {
    id: `vectors-${count}`,
    title: `vector look-up, ${count / 1_000}k × ${dimensions}, nearest from ${floor} on`,
    unit: 'ns',
    share: count > 10_000 ? 0.2 : 0.5,
    contenders: ['headrace', 'scan-by-hand', 'orama'],
    load: { headrace: () => import('../contenders/vectors/headrace.ts') },
    goals: [atLeast(0.99, 'recall 0.99', 'recall')],
    value: ({ cpu = Number.NaN }) => cpu,
    detail: ({ recall = Number.NaN, added = Number.NaN }) =>
      `recall ${Number(recall.toPrecision(3))}, ${(added / 1_000).toPrecision(2)} µs to add`,
    open: async (create, scale) => {
      const index = requireForm(create(sequentialWorkload), 'index')
      const vectors = new Embeddings(count)
      for (let place = 0; place < warmUps; place++) vectors.at(place % count)
      const generation = await cpuPerCall(count, () => exhaust(vectors))
      let search: SearchVectors = () => undefined
      const building = await cpuPerCall(count, async () => {
        search = await index(vectors, count)
      })
      const places = samplePlaces(count)
      const near = places.map((place) => vectors.near(place))
      const strange = places.map((place) => vectors.strange(place))
      let next = 0
      const run = async (searches: number) => {
        for (let done = 0; done < searches; done++) {
          const at = next++
          const query = (at % 2 === 0 ? near : strange)[(at >> 1) % queries]
          if (query !== undefined) await search(query, floor)
        }
      }
      const searches = await calibrate(run, scale)
      const recall = await recallOf(search, near, places)
      return {
        measure: async () => ({
          cpu: await cpuPerCall(searches, () => run(searches)),
          recall,
          added: building - generation,
        }),
      }
    },
  }
}

function samplePlaces(count: number): number[] {
  const random = createRandom(count)
  return Array.from({ length: queries }, () => Math.floor(random() * count))
}

function exhaust(vectors: Iterable<Float32Array>): void {
  for (const vector of vectors) if (vector.length !== dimensions) throw new Error('A vector is incomplete')
}

/** The share of look-ups that found what is there, by all queries that fit into the time. */
async function recallOf(
  search: SearchVectors,
  near: readonly Float32Array[],
  places: readonly number[],
): Promise<number> {
  const endsAt = performance.now() + recallMs
  let asked = 0
  let found = 0
  for (const [at, query] of near.entries()) {
    if (asked > 0 && performance.now() > endsAt) break
    asked++
    if ((await search(query, floor)) === places[at]) found++
  }
  return found / asked
}

/** Look-ups among few and among many. */
export const vectorRows = ({ vectors }: Scale): readonly Row[] => vectors.map(vectorRow)
