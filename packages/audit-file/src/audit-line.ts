import type { AuditRecord } from '@headrace/core'

/** Bytes of the longest line: what is longer is neither written nor read. A runtime's records are far from it. */
export const longestLine: number = 16 * 1024 * 1024

/** A record as a line of the file. */
export function writeLine({ sequence, previous, body, hash }: AuditRecord): string {
  return `${JSON.stringify({ body, hash, previous, sequence })}\n`
}

/** The record of a line; undefined where the line holds none. Whether its hash is right is not looked at. */
export function readLine(line: Buffer): AuditRecord | undefined {
  try {
    const { sequence, previous, body, hash } = JSON.parse(line.toString('utf8')) as Record<string, unknown>
    if (typeof sequence !== 'number' || typeof previous !== 'string') return undefined
    if (typeof body !== 'string' || typeof hash !== 'string') return undefined
    return Object.freeze({ sequence, previous, body, hash })
  } catch {
    return undefined
  }
}
