import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { openStage } from './fault-stage.ts'
import { holdNothingLeft, holdTold, holdUnharmed, resources } from './hold-faults.ts'

describe.skipIf(isServerMissing('redis'))('calls go on while the server of cache, breakers and limits', () => {
  test('is killed, and started again', async () => {
    await using server = await startRedis()
    const before = resources()
    {
      await using stage = openStage(openRedis({ url: server.url }))
      stage.start()
      await sleep(1_000)
      await server.kill()
      await sleep(2_000)
      await server.restart()
      await stage.recovered()
      await sleep(500)
      await stage.stop()
      holdUnharmed(stage)
      holdTold(stage)
    }
    await holdNothingLeft(before, [server])
  })

  test('is killed and started again, five times', async () => {
    await using server = await startRedis()
    await using stage = openStage(openRedis({ url: server.url }))
    stage.start()
    for (let round = 0; round < 5; round += 1) {
      await sleep(300)
      await server.restart()
    }
    await stage.recovered()
    await stage.stop()
    holdUnharmed(stage)
  })

  test('stands still for 5 s', async () => {
    await using server = await startRedis()
    const before = resources()
    {
      await using stage = openStage(openRedis({ url: server.url }))
      stage.start()
      await sleep(1_000)
      server.pause()
      await sleep(5_000)
      server.resume()
      await stage.recovered()
      await sleep(500)
      await stage.stop()
      holdUnharmed(stage)
      holdTold(stage)
    }
    await holdNothingLeft(before, [server])
  })
})
