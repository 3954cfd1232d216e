import { describe, expect, it } from 'vitest'
import { memoryAuditLog } from '../memory/memory-audit-log.ts'
import { resolveAudit } from './audit-options.ts'

describe('the options of an audit', () => {
  it('have defaults, and a log may stand for all of them', () => {
    const log = memoryAuditLog()
    const complete = {
      log,
      failsClosed: true,
      includesArguments: true,
      includesOutput: true,
      batchMs: 0,
      maxPending: 100_000,
    }
    expect(resolveAudit(log)).toMatchObject(complete)
    expect(resolveAudit({ log })).toMatchObject(complete)
    const include = { arguments: false }
    expect(resolveAudit({ log, onAuditError: 'warn', include, batchMs: 5, maxPending: 1 })).toMatchObject({
      failsClosed: false,
      includesArguments: false,
      includesOutput: true,
      batchMs: 5,
      maxPending: 1,
    })
  })

  it.each([
    [{ log: {} }, 'createRuntime: audit: log must be an AuditLog'],
    [{}, 'log must be an AuditLog'],
    ['file', 'createRuntime: audit must be an object'],
    [{ onAuditError: 'ignore' }, "onAuditError must be 'fail' or 'warn', got 'ignore'"],
    [{ batchMs: -1 }, 'batchMs must be a number >= 0 and <= 60000'],
    [{ maxPending: 0 }, 'maxPending must be an integer >= 1'],
    [{ include: { args: true } }, "audit: include: unknown option 'args'"],
    [{ include: { output: 'no' } }, 'include.output must be true or false'],
    [{ redact: { keys: 'iban' } }, 'redact: keys must be an array of names and patterns'],
    [{ redact: { keys: [1] } }, 'redact: keys must be an array of names and patterns'],
    [{ redact: { text: /x/ } }, 'redact: text must be a function'],
    [{ redact: { key: [] } }, "redact: unknown option 'key'"],
    [{ unknown: 1 }, "createRuntime: audit: unknown option 'unknown'"],
  ])('refuses %j', (options, message) => {
    const hasLog = typeof options === 'object' && !('log' in options) && Object.keys(options).length > 0
    const given = hasLog ? { log: memoryAuditLog(), ...options } : options
    expect(() => resolveAudit(given as never)).toThrow(message)
  })
})
