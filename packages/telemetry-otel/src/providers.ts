import {
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { quietly } from './quietly.ts'

const scope = '@headrace/telemetry-otel'

/**
 * Finds where spans and metrics go: to what was given, or to the global providers from the moment they are there. It is
 * asked at the start of every call: looking for a provider that is not there makes no objects.
 */
export class Providers {
  #tracer: Tracer | undefined
  #meter: Meter | undefined
  /** What the API gives while nobody has registered a provider. */
  readonly #noTracers: TracerProvider = new ProxyTracerProvider().getDelegate()
  /** One that threw is not asked again. */
  #brokenTracers: TracerProvider | undefined = undefined
  #noMeters: MeterProvider | undefined = undefined

  constructor(tracerProvider: TracerProvider | undefined, meterProvider: MeterProvider | undefined) {
    this.#tracer = tracerProvider?.getTracer(scope)
    this.#meter = meterProvider?.getMeter(scope)
  }

  get tracer(): Tracer | undefined {
    if (this.#tracer !== undefined) return this.#tracer
    const provider = trace.getTracerProvider()
    const real = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider
    if (real === this.#noTracers || real === this.#brokenTracers) return undefined
    this.#tracer = quietly(() => provider.getTracer(scope))
    if (this.#tracer === undefined) this.#brokenTracers = real
    return this.#tracer
  }

  get meter(): Meter | undefined {
    if (this.#meter !== undefined) return this.#meter
    const provider = metrics.getMeterProvider()
    if (provider === this.#noMeters) return undefined
    const meter = quietly(() => provider.getMeter(scope))
    if (meter === undefined || meter === createNoopMeter()) this.#noMeters = provider
    else this.#meter = meter
    return this.#meter
  }
}
