import { expect, test } from 'vitest'
import { samplePackage } from '../project/sample-package.ts'
import { startService } from './start-service.ts'

const project = { directory: '/nowhere', packages: [samplePackage('a@1.0.0')], skipped: 0 }

test('runs in a process of its own, and leaves none behind', async () => {
  const service = await startService({ project, seed: 1 })
  const { url, processId = 0 } = service
  expect(processId).not.toBe(process.pid)
  expect(await service.ledger()).toMatchObject({ answer: 0 })

  await Promise.all([service.stop(), service.stop()])
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  expect(() => process.kill(processId, 0)).toThrow('ESRCH')
})
