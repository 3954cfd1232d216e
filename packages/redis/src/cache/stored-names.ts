import { hash } from 'node:crypto'

/**
 * A short name for texts of any content, for keys and fields: 132 bits of SHA-256 over them as a JSON list, so that no
 * part can be moved into its neighbour and none is changed by an encoding.
 */
export function nameOf(...texts: readonly string[]): string {
  return hash('sha256', JSON.stringify(texts), 'base64url').slice(0, 22)
}
