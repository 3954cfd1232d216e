import { expect, it, vi } from 'vitest'
import { memoryVectorIndex } from './memory/memory-vector-index.ts'
import type { Embedder } from './ports/embedder.ts'
import type { VectorIndex } from './ports/vector-index.ts'
import { type Semantic, type SemanticFinding, type SemanticOptions, semantic } from './semantic.ts'

/** Similar to the first number as the cosine of their difference in tenths of a radian. */
const angles: Readonly<Record<string, number>> = {
  'cheap hotels in Berlin': 0,
  'inexpensive hotels in Berlin': 1,
  'affordable hotels in Berlin': 2,
  'cheap hotels in Bremen': 0.5,
  'expensive hotels in Berlin': 0.6,
  'weather in Berlin': 15,
}

function vectorOf(text: string): Float32Array {
  const angle = (angles[text] ?? 30) / 10
  return Float32Array.of(Math.cos(angle), Math.sin(angle))
}

const embedder: Embedder = { id: 'angles-1', dimensions: 2, embed: (texts) => texts.map(vectorOf) }
const now = { now: 0 }

/** Remembers texts under themselves. */
function layer(options: Partial<SemanticOptions>, ...texts: readonly string[]): Semantic {
  const made = semantic({ embedder, ...options })
  for (const text of texts) made.remember({ bucket: 'b', id: text, vector: vectorOf(text), expiresAt: 100 }, now)
  return made
}

function find(made: Semantic, text: string, floor?: number): unknown {
  const finding = made.find({ bucket: 'b', text, floor, textOf: (id) => id }, now)
  return 'then' in finding ? finding : finding.match?.id
}

it('answers at once where embedder, index and verifier do, with the vector to remember', () => {
  const made = layer({ verify: () => true }, 'cheap hotels in Berlin')
  const text = 'inexpensive hotels in Berlin'
  const finding = made.find({ bucket: 'b', text, textOf: (id) => id }, now) as SemanticFinding
  expect(finding.vector).toEqual(vectorOf(text))
  expect(finding.match).toEqual({ id: 'cheap hotels in Berlin', similarity: expect.closeTo(Math.cos(0.1), 5) })
})

it('waits for embedder, index and verifier where they answer later', async () => {
  const sync = memoryVectorIndex()
  const index: VectorIndex = {
    supports: sync.supports,
    search: async (...of) => sync.search(...of),
    add: async (...of) => sync.add(...of),
    remove: async (...of) => sync.remove(...of),
  }
  const late: Embedder = { ...embedder, embed: async (texts) => texts.map(vectorOf) }
  const made = semantic({ embedder: late, index, verify: async () => true })
  await made.remember({ bucket: 'b', id: 'x', vector: vectorOf('cheap hotels in Berlin'), expiresAt: 100 }, now)
  const textOf = (): string => 'cheap hotels in Berlin'
  const finding = await made.find({ bucket: 'b', text: 'inexpensive hotels in Berlin', textOf }, now)
  expect(finding.match?.id).toBe('x')
  await made.forget('b', ['x'], now)
  expect(await find(made, 'cheap hotels in Berlin')).toMatchObject({ match: undefined })
})

it('finds nothing below its floor, which a question may raise and never lower', () => {
  const made = layer({ floor: 0.97 }, 'cheap hotels in Berlin')
  expect(find(made, 'inexpensive hotels in Berlin')).toBe('cheap hotels in Berlin')
  expect(find(made, 'inexpensive hotels in Berlin', 0.999)).toBeUndefined()
  expect(find(made, 'affordable hotels in Berlin')).toBe('cheap hotels in Berlin')
  expect(find(made, 'affordable hotels in Berlin', 0.985)).toBeUndefined()
  expect(find(layer({ floor: 0.99 }, 'cheap hotels in Berlin'), 'affordable hotels in Berlin', 0.1)).toBeUndefined()
  expect(find(made, 'inexpensive hotels in Berlin', Number.NaN)).toBe('cheap hotels in Berlin')
})

it('has a floor of 0.92', () => {
  const search = vi.fn(() => [])
  const index = { supports: memoryVectorIndex().supports, search, add: () => undefined, remove: () => undefined }
  find(semantic({ embedder, index }), 'weather in Berlin')
  expect(search).toHaveBeenCalledWith('b', vectorOf('weather in Berlin'), expect.objectContaining({ floor: 0.92 }))
})

it('takes no candidate that an index gives below the floor', () => {
  const index: VectorIndex = {
    ...memoryVectorIndex(),
    supports: { approximate: true, persistent: false },
    search: () => [
      { id: 'cheap hotels in Berlin', similarity: 0.5 },
      { id: 'cheap hotels in Berlin', similarity: Number.NaN },
    ],
    add: () => undefined,
    remove: () => undefined,
  }
  expect(find(semantic({ embedder, index }), 'inexpensive hotels in Berlin')).toBeUndefined()
})

it('takes the nearest candidate that the guards let pass', () => {
  const made = layer({}, 'cheap hotels in Bremen', 'expensive hotels in Berlin', 'affordable hotels in Berlin')
  expect(find(made, 'cheap hotels in Berlin')).toBe('affordable hotels in Berlin')
  expect(find(layer({}, 'cheap hotels in Bremen'), 'cheap hotels in Berlin')).toBeUndefined()
})

it('skips a candidate without a text', () => {
  const made = layer({}, 'inexpensive hotels in Berlin', 'affordable hotels in Berlin')
  const textOf = (id: string): string | undefined => (id.startsWith('inexpensive') ? undefined : id)
  const finding = made.find({ bucket: 'b', text: 'cheap hotels in Berlin', textOf }, now)
  expect(finding).toMatchObject({ match: { id: 'affordable hotels in Berlin' } })
})

it('asks the verifier once, about the best candidate, and looks at no other when it says no', () => {
  const verify = vi.fn(() => false)
  const made = layer(
    { verify },
    'cheap hotels in Bremen',
    'inexpensive hotels in Berlin',
    'affordable hotels in Berlin',
  )
  const { signal } = new AbortController()
  const question = { bucket: 'b', text: 'cheap hotels in Berlin', textOf: (id: string) => id }
  expect(made.find(question, { now: 0, signal })).toMatchObject({ match: undefined })
  expect(verify.mock.calls).toEqual([
    [
      {
        question: 'cheap hotels in Berlin',
        candidate: 'inexpensive hotels in Berlin',
        similarity: expect.closeTo(Math.cos(0.1), 5),
      },
      { signal },
    ],
  ])
})

it('takes every answer of a verifier that is not true for a no, and every error', async () => {
  const faults: SemanticOptions['verify'][] = [
    () => {
      throw new Error('verifier')
    },
    () => 1 as never,
    () => undefined as never,
    async () => {
      throw new Error('verifier')
    },
    async () => 'true' as never,
  ]
  const findings = faults.map(async (verify) => {
    const made = layer({ verify }, 'cheap hotels in Berlin')
    return made.find({ bucket: 'b', text: 'inexpensive hotels in Berlin', textOf: (id) => id }, now)
  })
  for (const { match, vector } of await Promise.all(findings)) {
    expect([match, vector.length]).toEqual([undefined, 2])
  }
})

it('lets errors of the embedder and the index through', async () => {
  const throwing = (): never => {
    throw new Error('away')
  }
  const index = { supports: memoryVectorIndex().supports, search: throwing, add: throwing, remove: throwing }
  expect(() => find(semantic({ embedder: { ...embedder, embed: throwing } }), 'x')).toThrow('away')
  expect(() => find(semantic({ embedder, index }), 'x')).toThrow('away')
  const later = semantic({ embedder: { ...embedder, embed: () => Promise.reject(new Error('away')) } })
  await expect(find(later, 'x')).rejects.toThrow('away')
})

it('names the embedder that does not give what it should', () => {
  const answers: readonly (readonly [unknown, RegExp])[] = [
    [[], /embedder 'angles-1' must give an array of one vector for one text, got 0/],
    [[vectorOf('x'), vectorOf('y')], /one vector for one text, got 2/],
    [undefined, /one vector for one text, got undefined/],
    [[[0, 1]], /must give vectors as Float32Array/],
    [[Float32Array.of(1)], /must give vectors of 2 numbers, got 1/],
    [[Float32Array.of(1, Number.NaN)], /gave a vector with NaN or Infinity/],
  ]
  for (const [answer, message] of answers) {
    const wrong: Embedder = { ...embedder, embed: () => answer as never }
    expect(() => find(semantic({ embedder: wrong }), 'x')).toThrow(message)
  }
})

it('hands the signal to the embedder and the index', () => {
  const { signal } = new AbortController()
  const embed = vi.fn(embedder.embed)
  const search = vi.fn(() => [])
  const index = { supports: memoryVectorIndex().supports, search, add: () => undefined, remove: () => undefined }
  const made = semantic({ embedder: { ...embedder, embed }, index })
  made.find({ bucket: 'b', text: 'x', textOf: (id) => id }, { now: 7, signal })
  expect(embed).toHaveBeenCalledWith(['x'], { signal })
  expect(search).toHaveBeenCalledWith('b', expect.anything(), expect.objectContaining({ now: 7, signal }))
})

it('keeps buckets apart, and forgets', () => {
  const made = layer({}, 'cheap hotels in Berlin')
  const question = { text: 'cheap hotels in Berlin', textOf: (id: string) => id }
  expect(made.find({ ...question, bucket: 'c' }, now)).toMatchObject({ match: undefined })
  made.forget('b', ['cheap hotels in Berlin'], now)
  expect(find(made, 'cheap hotels in Berlin')).toBeUndefined()
})

it('shares every call unless it is told otherwise', () => {
  const call = { callId: '1', tool: 't', arguments: { q: 1 }, session: undefined, tenant: undefined, metadata: {} }
  expect(semantic({ embedder }).shareable(call)).toBe(true)
  expect(semantic({ embedder, shareable: ({ tool }) => tool !== 't' }).shareable(call)).toBe(false)
  expect(semantic({ embedder }).embedderId).toBe('angles-1')
})

it('refuses options that are none', () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{}, /semantic: embedder is missing/],
    [{ embedder: { ...embedder, id: '' } }, /embedder.id must be a text/],
    [{ embedder: { ...embedder, dimensions: 0 } }, /embedder.dimensions must be an integer >= 1, got 0/],
    [{ embedder: { id: 'x', dimensions: 2 } }, /embedder.embed must be a function/],
    [{ embedder, floor: 1.1 }, /floor must be a number >= 0 and <= 1, got 1.1/],
    [{ embedder, floor: Number.NaN }, /floor must be a number/],
    [{ embedder, verify: true }, /verify must be a function/],
    [{ embedder, shareable: false }, /shareable must be a function/],
    [{ embedder, index: { search: () => [] } }, /index.add must be a function/],
    [{ embedder, threshold: 0.9 }, /unknown option 'threshold'/],
  ]
  for (const [options, message] of cases) expect(() => semantic(options as SemanticOptions)).toThrow(message)
})
