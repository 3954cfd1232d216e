import { requireForm } from '../contender.ts'
import type { ContenderEntry, ContenderId } from '../contenders.ts'
import { textCall } from '../forecast.ts'
import { atMost, atMostTimes } from '../goal.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import type { Row } from '../row.ts'
import { sequentialWorkload } from './sequential.ts'

const size = 100

/** What a call costs in one message of an AI SDK agent, with its tools wrapped and as they are. */
function aiSdkRow(form: string, alone: ContenderId, load: ContenderEntry['load']): Row {
  return {
    id: `ai-sdk-${form}`,
    title: `one AI SDK message with ${size} parallel calls, ${form}, per call`,
    unit: 'ns',
    contenders: ['headrace', alone],
    parts: [alone],
    load: { headrace: load },
    goals: [atMostTimes(1.25, alone, 'the SDK alone')],
    value: ({ cpu = Number.NaN }) => cpu / size,
    open: async (create, scale) => {
      const send = requireForm(create(sequentialWorkload), 'message')
      let next = 1
      const sendAll = async (messages: number) => {
        for (let message = 0; message < messages; message++)
          await send(Array.from({ length: size }, () => textCall(next++)))
      }
      const messages = await calibrate(sendAll, { ...scale, warmUpMs: scale.warmUpMs * 8 })
      return {
        measure: async () => {
          await sendAll(1)
          return { cpu: await cpuPerCall(messages, () => sendAll(messages)) }
        },
      }
    },
  }
}

const message = { calls: [50, 450].map((at, index) => ({ at, call: textCall(index + 1) })), end: 850 }
const latency = 500
const ideal = 950

/** When the model is asked for its next step: wall time from the start of a message whose calls come while it is streamed. */
const nextStepRow: Row = {
  id: 'ai-sdk-next-step',
  title: `next step after a streamed AI SDK message (calls at 50 and 450 ms, end at 850, ${latency} ms each), × ${ideal} ms of wall time`,
  unit: 'times',
  share: 0.3,
  contenders: ['headrace', 'ai-stream-text'],
  load: { headrace: () => import('../contenders/message/headrace-ai-stream-text.ts') },
  goals: [atMost(970 / ideal, '970 ms')],
  value: ({ wall = Number.NaN }) => wall / ideal,
  detail: ({ wall = Number.NaN }) => `${Math.round(wall)} ms`,
  open: async (create) => {
    const tool = () => new Promise((resolve) => setTimeout(resolve, latency))
    const replay = requireForm(create({ tool, concurrency: 64, queue: 1_000 }), 'replay')
    await replay(message)
    return {
      measure: async () => {
        const start = performance.now()
        await replay(message)
        return { wall: performance.now() - start }
      },
    }
  },
}

/** An AI SDK agent with and without Headrace. */
export const aiSdkRows: readonly Row[] = [
  nextStepRow,
  aiSdkRow('generateText', 'ai-generate-text', () => import('../contenders/message/headrace-ai-generate-text.ts')),
  aiSdkRow('streamText', 'ai-stream-text', () => import('../contenders/message/headrace-ai-stream-text.ts')),
]
