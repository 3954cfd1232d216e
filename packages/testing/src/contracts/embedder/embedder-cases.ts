import type { Embedder } from '@headrace/core'
import { holdAborted } from '../aborted.ts'
import type { ContractCase } from '../contract.ts'
import { hold, holdEqual } from '../hold.ts'
import { hostileNames } from '../hostile-names.ts'

const texts = [
  'What is the weather in Oslo?',
  'Cancel the order 17.',
  'Who wrote Solaris?',
  'What is the weather in Rome?',
]
/** Models on other hardware add in another order. */
const tolerance = 1e-4

/** What an embedder gives. */
export const embedderCases: readonly ContractCase<Embedder>[] = [
  {
    name: 'id names the model and does not change, dimensions is a whole number above 0',
    async run({ store: embedder }) {
      const { id, dimensions } = embedder
      hold(typeof id === 'string' && id !== '', 'the id is a text', id)
      hold(Number.isInteger(dimensions) && dimensions > 0, 'dimensions is a whole number above 0', dimensions)
      await embedder.embed(texts, {})
      holdEqual([embedder.id, embedder.dimensions], [id, dimensions], 'id and dimensions after a use')
    },
  },
  {
    name: 'embed gives one vector for each text, of the length dimensions, with finite numbers',
    async run({ store: embedder }) {
      for (const count of [0, 1, 4]) {
        const vectors = await embedder.embed(texts.slice(0, count), {})
        holdEqual(vectors.length, count, `how many vectors ${count} texts have`)
        for (const vector of vectors) holdVector(embedder, vector)
      }
    },
  },
  {
    name: 'embed gives the vectors in the order of the texts',
    async run({ store: embedder }) {
      const alone: Float32Array[] = []
      for (const text of texts) alone.push(await embedOne(embedder, text))
      const together = await embedder.embed(texts, {})
      const reversed = (await embedder.embed(texts.toReversed(), {})).toReversed()
      for (const [index, text] of texts.entries()) {
        holdSame(together[index], alone[index], `the vector of ${JSON.stringify(text)} among others`)
        holdSame(reversed[index], alone[index], `the vector of ${JSON.stringify(text)} in the other order`)
      }
    },
  },
  {
    name: 'the same text always has the same vector, again and twice in one list',
    async run({ store: embedder }) {
      const [text = ''] = texts
      const first = await embedOne(embedder, text)
      for (let count = 0; count < 3; count += 1)
        holdSame(await embedOne(embedder, text), first, 'the vector of the text')
      for (const vector of await embedder.embed([text, text], {})) holdSame(vector, first, 'the vector of the text')
      const lists = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? [text, `other ${index}`] : [`other ${index}`, text],
      )
      const many = await Promise.all(lists.map(async (list) => embedder.embed(list, {})))
      for (const [index, vectors] of many.entries()) {
        holdSame(vectors[index % 2], first, 'the vector of the text in one of many lists at once')
      }
    },
  },
  {
    name: 'whoever writes on a vector changes no other',
    async run({ store: embedder }) {
      const [text = ''] = texts
      const first = await embedOne(embedder, text)
      const copy = first.slice()
      first.fill(7)
      const [one, two] = await embedder.embed([text, text], {})
      one?.fill(9)
      holdSame(two, copy, 'the vector of the text')
      holdSame(await embedOne(embedder, text), copy, 'the vector of the text, asked for again')
    },
  },
  {
    name: 'any text has a vector, be it empty, very long, or of any script, and many at once have',
    async run({ store: embedder }) {
      const strange = [
        '',
        ' \n\t',
        '!?',
        '\u{1f4a5}\u{1f468}\u200d\u{1f469}',
        '\u4f60\u597d',
        'half \ud800',
        'a '.repeat(50_000),
        ...hostileNames,
      ]
      const vectors = await embedder.embed(strange, {})
      holdEqual(vectors.length, strange.length, 'how many vectors there are')
      for (const vector of vectors) holdVector(embedder, vector)
      const many = await embedder.embed(
        Array.from({ length: 300 }, (_, index) => `text ${index}`),
        {},
      )
      holdEqual(many.length, 300, 'how many vectors 300 texts have')
    },
  },
  {
    name: 'a signal that is aborted already makes no call hang',
    async run(trial) {
      await holdAborted(trial, [['embed', ({ signal }) => trial.store.embed(texts, { signal })]])
    },
  },
]

async function embedOne(embedder: Embedder, text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], {})
  hold(vector !== undefined, 'one text has a vector')
  return vector
}

function holdVector({ dimensions }: Embedder, vector: Float32Array): void {
  hold(vector instanceof Float32Array, 'a vector is a Float32Array', vector)
  holdEqual(vector.length, dimensions, 'the length of a vector')
  hold(vector.every(Number.isFinite), 'a vector has finite numbers', vector)
}

function holdSame(actual: Float32Array | undefined, expected: Float32Array | undefined, what: string): void {
  hold(actual !== undefined && expected !== undefined, `${what} is there`)
  const off = Math.max(0, ...actual.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))))
  hold(actual.length === expected.length && off <= tolerance, `${what} is the same each time`, { differsBy: off })
}
