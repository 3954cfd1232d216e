import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { type RedisServer, startRedis } from '../servers/start-redis.ts'
import { type TcpProxy, tcpProxy } from '../servers/tcp-proxy.ts'
import { type FaultStage, openStage } from './fault-stage.ts'
import { holdNothingLeft, holdTold, holdUnharmed, resources } from './hold-faults.ts'

/** Runs a load through a proxy, with a fault in its midst that ends after 2 s. */
async function holdDuringFault(
  cause: (proxy: TcpProxy) => Promise<void>,
  hold: (stage: FaultStage) => void,
): Promise<void> {
  await using server: RedisServer = await startRedis()
  const before = resources()
  {
    await using proxy = await tcpProxy(server)
    await using stage = openStage(openRedis({ url: proxy.url }))
    stage.start()
    await sleep(500)
    await cause(proxy)
    await proxy.heal()
    await stage.recovered()
    await sleep(500)
    await stage.stop()
    holdUnharmed(stage)
    hold(stage)
  }
  await holdNothingLeft(before, [server])
}

const nothingMore = (): void => {}

describe.skipIf(isServerMissing('redis'))('calls go on while the network', () => {
  test('is slow: 30 ms an answer', () =>
    holdDuringFault(async (proxy) => {
      proxy.delay(30)
      await sleep(2_000)
    }, nothingMore))

  test('is slower than anybody waits: 400 ms an answer', () =>
    holdDuringFault(async (proxy) => {
      proxy.delay(400)
      await sleep(2_000)
    }, holdTold))

  test('swallows everything', () =>
    holdDuringFault(async (proxy) => {
      proxy.blackHole()
      await sleep(2_000)
    }, holdTold))

  test('refuses connections', () =>
    holdDuringFault(async (proxy) => {
      await proxy.refuse()
      await sleep(2_000)
    }, holdTold))

  test('cuts answers in the middle, again and again', () =>
    holdDuringFault(async (proxy) => {
      for (let cuts = 0; cuts < 40; cuts += 1) {
        proxy.cut()
        await sleep(50)
      }
    }, nothingMore))
})
