/**
 * A vector scaled to length 1; undefined for one without length. Throws for what is no vector of the given number of
 * finite numbers.
 */
export function unitVector(
  where: string,
  vector: Float32Array,
  dimensions: number | undefined,
): Float32Array | undefined {
  if (!(vector instanceof Float32Array)) throw new TypeError(`${where}: a vector must be a Float32Array`)
  if (dimensions !== undefined && vector.length !== dimensions) {
    throw new RangeError(`${where}: the vectors of this bucket have ${dimensions} numbers, got ${vector.length}`)
  }
  // Loops by index: the methods of typed arrays, and `for of`, take ten times as long.
  let sum = 0
  for (let i = 0; i < vector.length; i += 1) sum += (vector[i] ?? 0) ** 2
  if (!Number.isFinite(sum)) throw new RangeError(`${where}: a vector must be of finite numbers, got NaN or Infinity`)
  if (sum === 0) return undefined
  const length = Math.sqrt(sum)
  const unit = new Float32Array(vector.length)
  for (let i = 0; i < vector.length; i += 1) unit[i] = (vector[i] ?? 0) / length
  return unit
}
