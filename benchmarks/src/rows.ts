import type { Row, Scale } from './row.ts'
import { fanOutRow } from './rows/fan-out.ts'
import { fourPoliciesRow, observableRow } from './rows/four-policies.ts'
import { growthInFlightRow, growthQueuedRow } from './rows/growth.ts'
import { heapInFlightRow, heapQueuedRow } from './rows/heap.ts'
import { pipelineRows, turnRow } from './rows/pipeline.ts'
import { priorityRows } from './rows/priority.ts'
import { signalRow } from './rows/signal.ts'

/** The rows of the table, in its order. */
export const createRows = (scale: Scale): readonly Row[] => [
  fourPoliciesRow,
  observableRow,
  ...pipelineRows,
  turnRow,
  heapInFlightRow,
  heapQueuedRow,
  growthQueuedRow(scale),
  growthInFlightRow(scale),
  ...priorityRows,
  signalRow,
  fanOutRow,
]
