import { requireForm } from '../contender.ts'
import type { ContenderEntry } from '../contenders.ts'
import { atMost } from '../goal.ts'
import { calibrate, cpuPerCall } from '../measure/cpu.ts'
import type { Row } from '../row.ts'
import { createWire, type WireFormat } from '../wire.ts'
import { sequentialWorkload } from './sequential.ts'

const kilobyte = 1_000

/** 50 MB in a second of CPU. */
const limit = (kilobyte * 1e9) / 50e6

/** What a kilobyte of a provider's stream costs, from the bytes of the response to the calls. */
function streamRow(format: WireFormat, title: string, load: ContenderEntry['load']): Row {
  return {
    id: `stream-${format}`,
    title: `assembly of a stream of ${title}, per kB`,
    unit: 'ns',
    share: 0.5,
    contenders: ['headrace', 'json-by-hand'],
    load: { headrace: load },
    goals: [atMost(limit, '20 µs (50 MB/s)')],
    value: ({ cpu = Number.NaN }) => cpu,
    detail: ({ cpu = Number.NaN }) => `${Math.round((kilobyte * 1e3) / cpu)} MB/s`,
    open: async (create, scale) => {
      const { bytes } = createWire(format)
      const assemble = requireForm(create(sequentialWorkload), 'assemble')
      const assembleAll = async (messages: number) => {
        for (let message = 0; message < messages; message++) await assemble(bytes)
      }
      const messages = await calibrate(assembleAll, { ...scale, warmUpMs: scale.warmUpMs * 2 })
      return {
        measure: async () => {
          const perMessage = await cpuPerCall(messages, () => assembleAll(messages))
          return { cpu: (perMessage * kilobyte) / bytes.length }
        },
      }
    },
  }
}

/** Streams of each provider. */
export const streamRows: readonly Row[] = [
  streamRow('chat', 'chat completions', () => import('../contenders/streams/headrace-chat.ts')),
  streamRow('responses', 'Responses', () => import('../contenders/streams/headrace-responses.ts')),
  streamRow('anthropic', "Anthropic's Messages", () => import('../contenders/streams/headrace-anthropic.ts')),
  streamRow('gemini', 'Gemini', () => import('../contenders/streams/headrace-gemini.ts')),
]
