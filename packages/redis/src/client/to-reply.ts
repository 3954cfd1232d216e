import type { RedisReply } from './redis-client.ts'

/** Turns what a client library gives for any reply, of RESP2 or RESP3, into the one form that the port promises. */
export function toReply(value: unknown): RedisReply {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isInteger(value) ? value : String(value)
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (Array.isArray(value)) return value.map(toReply)
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (value instanceof Error) return value.message
  if (value instanceof Set) return [...value].map(toReply)
  if (value instanceof Map) return [...value].flat().map(toReply)
  if (typeof value === 'bigint') return String(value)
  return Object.entries(value).flat().map(toReply)
}
