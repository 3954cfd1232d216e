import type { Embedder } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'

interface GoodEmbedder extends Embedder {
  embed(...of: Parameters<Embedder['embed']>): Float32Array[]
}

/** Counts letters. */
export function letterEmbedder(): GoodEmbedder {
  const dimensions = 16
  return {
    id: 'letters 1',
    dimensions,
    embed: (texts) =>
      texts.map((text) => {
        const vector = new Float32Array(dimensions)
        for (let at = 0; at < text.length; at += 1) {
          const place = text.charCodeAt(at) % dimensions
          vector[place] = (vector[place] ?? 0) + 1
        }
        return vector
      }),
  }
}

function broken(change: (good: GoodEmbedder) => Partial<Embedder>): () => Embedder {
  return () => {
    const good = letterEmbedder()
    return { ...good, ...change(good) }
  }
}

/** By the sentence that they break. */
export const brokenEmbedders: BrokenStores<Embedder> = {
  'id names the model and does not change, dimensions is a whole number above 0': {
    'has no name': broken(() => ({ id: '' })),
    'has no dimensions': broken(() => ({ dimensions: 0 })),
    'learns its dimensions by use': () => {
      const good = letterEmbedder()
      let dimensions = 1
      return {
        id: good.id,
        get dimensions() {
          return dimensions
        },
        embed(...of) {
          dimensions = good.dimensions
          return good.embed(...of)
        },
      }
    },
  },
  'embed gives one vector for each text, of the length dimensions, with finite numbers': {
    'has longer vectors': broken((good) => ({ dimensions: good.dimensions - 1 })),
    'gives plain lists': broken((good) => ({
      embed: (...of) => good.embed(...of).map((vector) => [...vector] as never),
    })),
    'leaves a text out': broken((good) => ({ embed: (texts, options) => good.embed(texts.slice(0, 3), options) })),
    'divides by nothing': broken((good) => ({
      embed: (...of) => good.embed(...of).map((vector) => vector.map((value) => value / 0)),
    })),
    'gives a vector for no text': broken((good) => ({
      embed: (texts, options) => good.embed(texts.length > 0 ? texts : [''], options),
    })),
  },
  'embed gives the vectors in the order of the texts': {
    'sorts the texts': broken((good) => ({ embed: (texts, options) => good.embed(texts.toSorted(), options) })),
  },
  'the same text always has the same vector, again and twice in one list': {
    'adds chance': broken((good) => ({
      embed: (...of) => good.embed(...of).map((vector) => vector.map((value) => value + Math.random())),
    })),
    'looks at the place in the list': broken((good) => ({
      embed: (...of) => good.embed(...of).map((vector, index) => vector.map((value) => value + index)),
    })),
    'mixes up what is asked at once': broken((good) => {
      let last: readonly string[] = []
      return {
        async embed(texts, options) {
          last = texts
          await Promise.resolve()
          return good.embed(last, options)
        },
      }
    }),
  },
  'whoever writes on a vector changes no other': {
    'gives what it remembers': broken((good) => {
      const known = new Map<string, Float32Array>()
      return {
        embed: (texts, options) =>
          texts.map((text) => {
            const vector = known.get(text) ?? good.embed([text], options)[0] ?? new Float32Array()
            known.set(text, vector)
            return vector
          }),
      }
    }),
  },
  'any text has a vector, be it empty, very long, or of any script, and many at once have': {
    'fails to divide by the length of a text': broken((good) => ({
      embed: (texts, options) =>
        good.embed(texts, options).map((vector, index) => vector.map((value) => value / (texts[index] ?? '').length)),
    })),
    'takes a hundred at most': broken((good) => ({
      embed: (texts, options) => good.embed(texts.slice(0, 100), options),
    })),
  },
  'a signal that is aborted already makes no call hang': {
    'waits for ever when nobody waits for it': broken((good) => ({
      embed: (texts, options) => (options.signal?.aborted ? new Promise(() => {}) : good.embed(texts, options)),
    })),
  },
}
