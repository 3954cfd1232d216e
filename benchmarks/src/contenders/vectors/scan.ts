import type { CreateContender } from '../../contender.ts'

/** All unit vectors in one array, each compared with the one that is looked for: exact, and what one writes first. */
export const create: CreateContender = () => ({
  index: async (vectors, count) => {
    let numbers = new Float32Array()
    let width = 0
    let end = 0
    for (const vector of vectors) {
      if (width === 0) {
        width = vector.length
        numbers = new Float32Array(count * width)
      }
      numbers.set(vector, end)
      end += width
    }
    return (vector, floor) => {
      let best = floor
      let found: number | undefined
      for (let start = 0; start < end; start += width) {
        const cosine = product(numbers, start, vector)
        if (cosine < best) continue
        best = cosine
        found = start / width
      }
      return found
    }
  },
})

/** Four sums, so that an addition need not wait for the one before. */
function product(numbers: Float32Array, start: number, vector: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let index = 0; index < vector.length; index += 4) {
    a += (numbers[start + index] ?? 0) * (vector[index] ?? 0)
    b += (numbers[start + index + 1] ?? 0) * (vector[index + 1] ?? 0)
    c += (numbers[start + index + 2] ?? 0) * (vector[index + 2] ?? 0)
    d += (numbers[start + index + 3] ?? 0) * (vector[index + 3] ?? 0)
  }
  return a + b + c + d
}
