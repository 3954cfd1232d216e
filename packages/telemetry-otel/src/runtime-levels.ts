import type { BreakerState, RuntimeSnapshot } from '@headrace/core'
import type { BatchObservableResult, ObservableUpDownCounter } from '@opentelemetry/api'
import { attribute } from './attribute.ts'
import type { Instruments } from './instruments.ts'
import type { KeyLabels } from './key-labels.ts'

const states: readonly BreakerState[] = ['closed', 'open', 'half-open', 'isolated', 'disabled']

/** Observes how runtimes stand, all of them together: what runs, what waits, what was given up, breakers by state. */
export function observeLevels(
  result: BatchObservableResult,
  snapshots: Iterable<RuntimeSnapshot>,
  { instruments, labels }: { readonly instruments: Instruments; readonly labels: KeyLabels },
): void {
  const running = new Map<string, number>()
  const queued = new Map<string, number>()
  const abandoned = new Map<string, number>()
  const breakers = new Map<BreakerState, Map<string, number>>(states.map((state) => [state, new Map()]))
  for (const snapshot of snapshots) {
    for (const gate of snapshot.queues) {
      const label = labels.of(gate.key)
      add(running, label, gate.running)
      add(queued, label, gate.queued)
      add(abandoned, label, gate.overdue)
    }
    for (const { key, state } of snapshot.breakers) {
      // a state that is left has to be seen to be left
      for (const [name, counts] of breakers) add(counts, labels.of(key), name === state ? 1 : 0)
    }
  }
  observe(instruments.inFlight, running)
  observe(instruments.queueSize, queued)
  observe(instruments.abandoned, abandoned)
  for (const [state, counts] of breakers) {
    for (const [key, count] of counts) {
      result.observe(instruments.breakerState, count, { [attribute.key]: key, [attribute.breakerState]: state })
    }
  }

  function observe(instrument: ObservableUpDownCounter, levels: ReadonlyMap<string, number>): void {
    for (const [key, value] of levels) result.observe(instrument, value, { [attribute.key]: key })
  }
}

function add(counts: Map<string, number>, label: string, value: number): void {
  counts.set(label, (counts.get(label) ?? 0) + value)
}
