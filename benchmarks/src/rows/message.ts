import { requireForm } from '../contender.ts'
import { textCall } from '../forecast.ts'
import { atMost } from '../goal.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import type { Row } from '../row.ts'
import { sequentialWorkload } from './sequential.ts'

const size = 100

/** What each further call of one model message costs: messages of 100 calls against messages of one. */
export const messageRow: Row = {
  id: 'message',
  title: `one model message with ${size} parallel calls, marginal per call`,
  unit: 'ns',
  contenders: ['bare', 'by-hand', 'headrace', 'ai-generate-text', 'langgraph-tool-node', 'ai-stream-text'],
  load: { headrace: () => import('../contenders/pipeline/headrace.ts') },
  goals: [atMost(5_000, '5 µs')],
  value: ({ single = Number.NaN, full = Number.NaN }) => (full - single) / (size - 1),
  open: async (create, scale) => {
    const send = requireForm(create(sequentialWorkload), 'message')
    let next = 1
    const sendAll = async (messages: number, calls: number) => {
      for (let message = 0; message < messages; message++)
        await send(Array.from({ length: calls }, () => textCall(next++)))
    }
    const messages = await calibrate((count) => sendAll(count, size), { ...scale, warmUpMs: scale.warmUpMs * 4 })
    await sendAll(messages, 1)
    const costOf = (calls: number) => cpuPerCall(messages, () => sendAll(messages, calls))
    return {
      measure: async () => {
        await sendAll(1, size)
        return { single: await costOf(1), full: await costOf(size) }
      },
    }
  },
}
