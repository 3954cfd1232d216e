/** A number from 0 (inclusive) to 1 (exclusive) that depends on nothing but its words: FNV-1a, mixed as in murmur3. */
export function seededRandom(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const character of words.join('\0')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
