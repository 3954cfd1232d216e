import type { RuntimeEvent } from '@headrace/core'
import type { AgentEvent } from '../agent/agent-event.ts'
import type { PrepareEvent } from '../agent/prepare-event.ts'
import type { Check } from '../checks/check.ts'
import type { RunSummary } from '../summary/run-summary.ts'

/** Everything that a view is shown. */
export type ViewEvent = RuntimeEvent | AgentEvent | PrepareEvent

/** Shows a run. It knows nothing but these events and what they add up to. */
export interface View {
  show(event: ViewEvent): void
  /** A line about the run, such as which pass it is. */
  note(text: string): void
  summary(summary: RunSummary): void
  checks(checks: readonly Check[]): void
  /** Leaves the terminal as it was. May be called again. */
  close(): void
}
