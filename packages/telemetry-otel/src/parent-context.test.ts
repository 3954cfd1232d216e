import { context, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parentContext } from './parent-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const parentOf = (metadata: Record<string, unknown>) => trace.getSpanContext(parentContext(metadata))

describe('the parent of a call that another process asked for', () => {
  it('is what its metadata says, by W3C Trace Context', () => {
    const parent = parentOf({ traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'rojo=1,congo=2' })
    expect(parent).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true })
    expect(parent?.traceState?.serialize()).toBe('rojo=1,congo=2')
    expect(parentOf({ traceparent: `cc-${traceId}-${spanId}-00-what-comes-later` })).toMatchObject({ traceFlags: 0 })
  })

  it.each([
    undefined,
    7,
    '',
    'x',
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-1`,
    ` 00-${traceId}-${spanId}-01`,
  ])('is none where the metadata says %j', (traceparent) => {
    expect(parentContext({ traceparent })).toBe(context.active())
  })

  it('never is what breaks a call, whatever a stranger writes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (traceparent, tracestate) => {
        parentContext({ traceparent, tracestate })
        parentContext({ traceparent: `00-${traceId}-${spanId}-01`, tracestate })
      }),
    )
  })
})
