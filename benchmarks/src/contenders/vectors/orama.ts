import { create as createDatabase, insert, searchVector } from '@orama/orama'
import type { CreateContender } from '../../contender.ts'
import { dimensions } from '../../measure/vectors.ts'

/** The most used search engine in plain JavaScript that has vectors: documents with nothing but one. It compares all of them. */
export const create: CreateContender = () => ({
  index: async (vectors) => {
    const database = createDatabase({ schema: { embedding: `vector[${dimensions}]` } as const })
    let place = 0
    for (const vector of vectors) await insert(database, { id: String(place++), embedding: Array.from(vector) })
    return async (value, similarity) => {
      const vector = { value, property: 'embedding' }
      const { hits } = await searchVector(database, { mode: 'vector', vector, similarity, limit: 1 })
      return hits[0] === undefined ? undefined : Number(hits[0].id)
    }
  },
})
