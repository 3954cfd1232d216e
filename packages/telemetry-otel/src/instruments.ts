import type { Counter, Histogram, Meter, ObservableUpDownCounter } from '@opentelemetry/api'

/** Bounds of buckets in seconds, as the GenAI conventions give them for `gen_ai.execute_tool.duration`. */
const durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]

/** What is counted and measured. */
export interface Instruments {
  readonly duration: Histogram
  readonly queueWait: Histogram
  readonly limiterWait: Histogram
  readonly attempts: Histogram
  readonly lookups: Counter
  readonly breakerChanges: Counter
  readonly storeErrors: Counter
  readonly inFlight: ObservableUpDownCounter
  readonly queueSize: ObservableUpDownCounter
  readonly abandoned: ObservableUpDownCounter
  readonly breakerState: ObservableUpDownCounter
}

export function createInstruments(meter: Meter): Instruments {
  return {
    duration: seconds(meter, 'gen_ai.execute_tool.duration', 'Duration of a call, with all it waited for'),
    queueWait: seconds(meter, 'headrace.queue.wait', 'Time that calls waited in queues, of those that had to'),
    limiterWait: seconds(meter, 'headrace.limiter.wait', 'Waits that rate limits and cool-downs asked for'),
    attempts: meter.createHistogram('headrace.attempts', {
      description: 'Runs of the tool in one call, of calls that came to one',
      unit: '{attempt}',
      advice: { explicitBucketBoundaries: [1, 2, 3, 4, 5, 8] },
    }),
    lookups: meter.createCounter('headrace.cache.lookups', {
      description: 'Look-ups in the cache, by the layer that answered, or miss',
      unit: '{lookup}',
    }),
    breakerChanges: meter.createCounter('headrace.breaker.changes', {
      description: 'Changes of breakers, by the new state',
      unit: '{change}',
    }),
    storeErrors: meter.createCounter('headrace.store.errors', {
      description: 'What a store failed to do, by the port',
      unit: '{error}',
    }),
    inFlight: level(meter, 'headrace.in_flight', '{attempt}', 'Runs of tools that hold a permit'),
    queueSize: level(meter, 'headrace.queue.size', '{call}', 'Calls that wait in a queue'),
    abandoned: level(meter, 'headrace.abandoned', '{attempt}', 'Runs that were given up and have not ended'),
    breakerState: level(meter, 'headrace.breaker.state', '{breaker}', 'Breakers in each state'),
  }
}

function seconds(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: durations } })
}

function level(meter: Meter, name: string, unit: string, description: string): ObservableUpDownCounter {
  return meter.createObservableUpDownCounter(name, { description, unit })
}
