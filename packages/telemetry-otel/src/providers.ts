import {
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  ProxyTracer,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'

const scope = '@headrace/telemetry-otel'

/** Finds where spans and metrics go: to what was given, or to the global providers from the moment they are there. */
export class Providers {
  #tracer: Tracer | undefined
  #meter: Meter | undefined

  constructor(tracerProvider: TracerProvider | undefined, meterProvider: MeterProvider | undefined) {
    this.#tracer = tracerProvider?.getTracer(scope)
    this.#meter = meterProvider?.getMeter(scope)
  }

  get tracer(): Tracer | undefined {
    if (this.#tracer !== undefined) return this.#tracer
    const tracer = trace.getTracer(scope)
    // while nobody has registered a provider, the API gives a stand-in of its own
    if (!(tracer instanceof ProxyTracer)) this.#tracer = tracer
    return this.#tracer
  }

  get meter(): Meter | undefined {
    if (this.#meter !== undefined) return this.#meter
    const meter = metrics.getMeter(scope)
    if (meter !== createNoopMeter()) this.#meter = meter
    return this.#meter
  }
}
