import { memoryAuditLog } from '@headrace/core'
import { openTelemetry } from '@headrace/telemetry-otel'
import type { CreateContender } from '../contender.ts'
import { createWith } from './headrace.ts'

const forever = 600_000

/** A feature by the name of its row. */
export type Feature = 'rate-limit' | 'hedge' | 'approval' | 'audit' | 'telemetry'

/** What calls can have on top of the four policies; none of it ever holds one of them back. */
export const features: Readonly<Record<Feature, CreateContender>> = {
  'rate-limit': (workload) => createWith({ policy: { rateLimit: { limit: 1_000_000_000, per: 1_000 } } }, workload),
  hedge: (workload) => createWith({ policy: { hedge: { after: forever } } }, workload),
  approval: (workload) => createWith({ policy: { approval: () => true } }, workload),
  audit: (workload) => createWith({ audit: memoryAuditLog() }, workload),
  telemetry: (workload) => createWith({ telemetry: openTelemetry() }, workload),
}
