import type { BreakerRules } from '@headrace/core'

/** Rules that open at the first failure, for a millisecond, and then let one probe through. */
export const someBreakerRules: BreakerRules = Object.freeze({
  consecutiveFailures: 1,
  failureRate: 1,
  minimumCalls: 100,
  windowCalls: 100,
  windowMaxAgeMs: 60_000,
  slowCallMs: undefined,
  slowCallRate: 1,
  minReporters: 1,
  openForMs: 1,
  maxOpenForMs: 1,
  permits: 1,
  successes: 1,
  probeTimeoutMs: 30_000,
  maxHalfOpenMs: 60_000,
  observe: false,
})
