import { describe, expect, it } from 'vitest'
import { openBackend } from './backend.ts'

describe('breaker: reporters', () => {
  it('does not open by the failures of one node when two have to agree', async () => {
    const { run, changes } = openBackend({ consecutiveFailures: 1, minReporters: 2 })
    expect(await run(500, 500, 500, 'ok')).toEqual([...new Array(3).fill('EXECUTION_FAILED'), 'ok'])
    expect(changes()).toEqual([])
  })
})
