import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Admission } from '../../policies/concurrency/admission.ts'
import { defineTool } from '../../tool/define-tool.ts'
import type { ToolAnnotations } from '../../tool/tool.ts'
import type { ToolPolicy } from '../../tool/tool-policy.ts'
import { createToolRecord, policyOfCall, type ToolRecord } from './tool-record.ts'

function recordOf(annotations: ToolAnnotations, policy: ToolPolicy = {}, defaults: ToolPolicy = {}): ToolRecord {
  const tool = defineTool({
    name: 'a',
    description: 'a',
    inputSchema: z.object({}),
    annotations,
    policy,
    execute: () => 1,
  })
  return createToolRecord(tool, defaults, new Admission(Number.POSITIVE_INFINITY))
}

const readOnly = { readOnlyHint: true }
const idempotent = { idempotentHint: true }

describe('the hedge of a tool', () => {
  it('is off by default, and on with its defaults where it is empty', () => {
    expect(recordOf(readOnly).policy.hedge).toBeUndefined()
    expect(recordOf(readOnly, { hedge: {} }).policy.hedge).toMatchObject({ after: 'p95', max: 1 })
  })

  it("is the runtime's only where the tool may run twice, and does not say so of itself", () => {
    const defaults = { hedge: { after: 40, idempotent: 'accept-repeats' } } as const
    const hedges = [readOnly, idempotent, {}, { destructiveHint: false }].map(
      (annotations) => recordOf(annotations, {}, defaults).policy.hedge?.after,
    )
    expect(hedges).toEqual([40, 40, undefined, undefined])
  })

  it('is merged key by key', () => {
    const { policy } = recordOf(readOnly, { hedge: { budget: { burst: 3 } } }, { hedge: { after: 40, max: 2 } })
    expect(policy.hedge).toMatchObject({ after: 40, max: 2, budget: { ratio: 0.1, burst: 3 } })
    expect(recordOf(readOnly, { hedge: false }, { hedge: {} }).policy.hedge).toBeUndefined()
  })

  it('accepts repeats for hedging alone', () => {
    const { policy } = recordOf({}, { hedge: { idempotent: 'accept-repeats' } })
    expect([policy.hedge?.acceptRepeats, policy.mayRepeat]).toEqual([true, false])
  })

  it('may be changed by a call, where the tool may run twice or the call accepts it', () => {
    expect(policyOfCall(recordOf(readOnly), { hedge: { after: 40 } }).hedge?.after).toBe(40)
    expect(policyOfCall(recordOf(readOnly, { hedge: {} }), { hedge: false }).hedge).toBeUndefined()
    expect(() => policyOfCall(recordOf({}), { hedge: { after: 40 } })).toThrow('policy.hedge needs a tool with')
    const accepting = { hedge: { after: 40, idempotent: 'accept-repeats' } } as const
    expect(policyOfCall(recordOf({}), accepting).hedge?.after).toBe(40)
    expect(() => policyOfCall(recordOf(readOnly), { hedge: { max: 0 } })).toThrow('hedge: max')
  })
})

describe('the repeat guard of a tool', () => {
  it('is there only where the policy asks for it', () => {
    expect(recordOf({}).repeats).toBeUndefined()
    expect(recordOf({}, { repeat: { max: 3, within: 5 } }).repeats?.size).toBe(0)
    expect(recordOf({}, { repeat: false }, { repeat: { max: 3, within: 5 } }).repeats).toBeUndefined()
  })

  it('cannot be changed by a call', () => {
    const change = () => policyOfCall(recordOf({}), { repeat: { max: 3, within: 5 } })
    expect(change).toThrow('policy.repeat is shared by calls')
  })
})

describe('the approval of a tool', () => {
  it("is the tool's, or a call's, in place of the runtime's", () => {
    const [ours, own, once] = [() => true, () => false, () => true]
    expect(recordOf({}, {}, { approval: ours }).policy.approval).toBe(ours)
    const record = recordOf({}, { approval: own }, { approval: ours })
    expect(record.policy.approval).toBe(own)
    expect(policyOfCall(record, { approval: once }).approval).toBe(once)
    expect(policyOfCall(record, { approval: false }).approval).toBeUndefined()
  })
})
