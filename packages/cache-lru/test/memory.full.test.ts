import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Measured } from './fixture/measure-memory.ts'

const program = fileURLToPath(new URL('fixture/measure-memory.ts', import.meta.url))
let measured: Measured = { kinds: {}, left: [], empty: 0 }

// A process of its own: in this one, others make garbage.
beforeAll(async () => {
  const flags = ['--conditions=@headrace/source', '--expose-gc', program]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  measured = JSON.parse(stdout) as Measured
}, 60_000)

describe('the bytes that are counted are about those that are taken', () => {
  test.each([
    ['plain', 0.8, 1.4],
    // of texts of 50 kB, some 100 bytes
    ['excerpt', 0.8, 1.4],
    ['tagged', 0.8, 1.4],
    ['pairs', 0.75, 1.4],
    ['partitioned', 0.8, 1.4],
    ['both', 0.8, 1.4],
  ])('by entries that are %s', (kind, least, most) => {
    const { used = 0, counted = 0 } = measured.kinds[kind] ?? {}
    expect(counted / used).toBeGreaterThan(least)
    expect(counted / used).toBeLessThan(most)
  })
})

describe('what is not there takes no memory', () => {
  test('after a purge, nor in a store that was disposed', () => {
    expect(measured.left).toHaveLength(2)
    for (const part of measured.left) expect(part).toBeLessThan(0.1)
  })

  test('before it is there, however many there may be', () => {
    expect(measured.empty).toBeLessThan(1_000_000)
  })
})
