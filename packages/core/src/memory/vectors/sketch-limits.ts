import type { SketchLimits } from './scan-sketches.ts'
import { sketchBits } from './sketcher.ts'

const headBits = 64
/** Standard deviations: of a thousand vectors exactly at the floor, less than one is missed. */
const margin = 4

/** How many bits sketches of vectors with at least this cosine differ in, at the most and nearly always. */
export function sketchLimits(cosine: number): SketchLimits {
  const share = Math.acos(Math.min(1, Math.max(-1, cosine))) / Math.PI
  return { head: limitOf(headBits, share), whole: limitOf(sketchBits, share) }
}

function limitOf(bits: number, share: number): number {
  return Math.ceil(bits * share + margin * Math.sqrt(bits * share * (1 - share)) + 1)
}
