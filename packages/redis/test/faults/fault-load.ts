import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Runtime } from '@headrace/core'
import { stallMeter } from './stall-meter.ts'
import { questions, type Versioned, workMs } from './versioned-tools.ts'

/** What one call has cost and come to. */
export interface Sample {
  readonly status: string
  readonly error: unknown
  /** What it took beyond the work of its tool, without the time for which this process stood still, in milliseconds. */
  readonly lostMs: number
  /** It may have waited for the run of another call, which waits for stores by itself; a write never does. */
  readonly isRead: boolean
}

/** Calls of the versioned tools, one after the other in each of 16 rows, from its start to its stop. */
export interface FaultLoad extends Disposable {
  readonly samples: readonly Sample[]
  /** Answers that no call may give: of another question, or older than a write that had ended before the read began. */
  readonly wrong: readonly string[]
  start(): void
  stop(): Promise<void>
}

const rows = 16

/** Makes a load on a runtime. */
export function faultLoad(runtime: Pick<Runtime, 'dispatch'>): FaultLoad {
  const stalls = stallMeter()
  const samples: Sample[] = []
  const wrong: string[] = []
  const written = Array.from({ length: questions }, () => 0)
  const state: { isOn: boolean; running: readonly Promise<void>[] } = { isOn: false, running: [] }

  async function callOne(n: number): Promise<void> {
    const q = (n * 7) % questions
    const isRead = n % 9 !== 0
    const atLeast = written[q] ?? 0
    const [started, stalledMs] = [performance.now(), stalls.totalMs]
    const result = await runtime.dispatch({ tool: isRead ? 'read' : 'write', arguments: { q } }).result()
    const lostMs = performance.now() - started - workMs - (stalls.totalMs - stalledMs)
    const error = result.status === 'error' ? result.error : undefined
    samples.push({ status: result.status, error, lostMs, isRead })
    if (result.status !== 'ok') return
    const output = result.output as Versioned
    if (!isRead) written[q] = Math.max(written[q] ?? 0, output.version)
    if (output.q === q && output.version >= atLeast) return
    wrong.push(`${JSON.stringify(output)} for question ${q} at version ${atLeast} ${JSON.stringify(result.meta)}`)
  }
  async function row(first: number): Promise<void> {
    for (let n = first; state.isOn; n += rows) {
      await callOne(n)
      await sleep(1)
    }
  }
  return {
    samples,
    wrong,
    start() {
      state.isOn = true
      state.running = Array.from({ length: rows }, (_, first) => row(first))
    },
    async stop() {
      state.isOn = false
      await Promise.all(state.running)
    },
    [Symbol.dispose]: () => stalls[Symbol.dispose](),
  }
}
