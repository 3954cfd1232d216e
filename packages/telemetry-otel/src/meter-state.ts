import type { Meter } from '@opentelemetry/api'
import { createInstruments, type Instruments } from './instruments.ts'
import { quietly } from './quietly.ts'
import { RuntimeLevels } from './runtime-levels.ts'

/** What all telemetries share that write to one meter. */
export interface MeterState {
  readonly instruments: Instruments
  readonly levels: RuntimeLevels
  /** The keys that have series of their own. */
  readonly labels: Set<string>
}

const states = new WeakMap<Meter, MeterState>()

/** Gives the state of a meter: made once, since of two callbacks that observe one series the last would be believed. */
export function stateOf(meter: Meter): MeterState {
  const known = states.get(meter)
  if (known !== undefined) return known
  const instruments = createInstruments(meter)
  const { inFlight, queueSize, abandoned, breakerState } = instruments
  const state = { instruments, levels: new RuntimeLevels(), labels: new Set<string>() }
  states.set(meter, state)
  quietly(() => {
    // stays when the last runtime has closed: what is not observed any more would be told as it was
    meter.addBatchObservableCallback(
      (result) => state.levels.observe(result, instruments),
      [inFlight, queueSize, abandoned, breakerState],
    )
  })
  return state
}
