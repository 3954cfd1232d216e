import type { Row, Scale } from './row.ts'
import { aiSdkRows } from './rows/ai-sdk.ts'
import { fanOutRow } from './rows/fan-out.ts'
import { featureRows } from './rows/features.ts'
import { fourPoliciesRow, observableRow } from './rows/four-policies.ts'
import { growthInFlightRow, growthQueuedRow } from './rows/growth.ts'
import { heapInFlightRow, heapQueuedRow } from './rows/heap.ts'
import { messageRow } from './rows/message.ts'
import { pipelineRows } from './rows/pipeline.ts'
import { priorityRows } from './rows/priority.ts'
import { redisRows } from './rows/redis.ts'
import { signalRow } from './rows/signal.ts'
import { streamRows } from './rows/streams.ts'
import { vectorRows } from './rows/vectors.ts'

/** The rows of the table, in its order. */
export const createRows = (scale: Scale): readonly Row[] => [
  fourPoliciesRow,
  observableRow,
  ...pipelineRows,
  messageRow,
  ...aiSdkRows,
  ...streamRows,
  heapInFlightRow,
  heapQueuedRow,
  growthQueuedRow(scale),
  growthInFlightRow(scale),
  ...priorityRows,
  signalRow,
  fanOutRow,
  ...featureRows,
  ...vectorRows(scale),
  ...redisRows(scale),
]
