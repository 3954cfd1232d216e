import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { openStage } from './fault-stage.ts'
import { holdRight, holdTold } from './hold-faults.ts'

test.skipIf(isServerMissing('redis'))(
  'calls go on while the server is killed and started again',
  async () => {
    await using server = await startRedis()
    await using stage = openStage(openRedis({ url: server.url }))
    stage.start()
    await sleep(200)
    await server.kill()
    await sleep(200)
    await server.restart()
    await stage.recovered()
    await sleep(100)
    await stage.stop()
    holdRight(stage)
    holdTold(stage)
    expect(stage.samples.length).toBeGreaterThan(50)
  },
  60_000,
)
