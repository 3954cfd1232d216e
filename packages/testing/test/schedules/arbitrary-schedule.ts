import fc from 'fast-check'
import type { CallPlan, Schedule, ScopePlan, Step, ToolPlan } from './schedule.ts'

const ms = fc.integer({ min: 0, max: 40 })
/** The value in `weight` of `weight + 1` draws is missing. */
const rarely = <T>(value: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
const streamOf = (kind: 'stream' | 'observable'): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), ms, parts: fc.integer({ min: 0, max: 4 }), isOk: fc.boolean() })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('ok' as const), ms }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sync' as const), isOk: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('fail' as const), ms, status: fc.constantFrom(400, 429, 500, 503) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hang' as const), ms: fc.constant(0) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('deaf' as const),
      ms: fc.integer({ min: 0, max: 300 }),
      isOk: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: streamOf('stream') },
  { weight: 1, arbitrary: streamOf('observable') },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('nested' as const), ms, script: fc.nat(7) }) },
)

const tool: fc.Arbitrary<ToolPlan> = fc.record({
  max: fc.integer({ min: 1, max: 4 }),
  queue: fc.integer({ min: 0, max: 6 }),
  overflow: fc.constantFrom('reject', 'drop-oldest'),
  queueTimeout: rarely(fc.integer({ min: 1, max: 60 }), 2),
  attempt: fc.integer({ min: 5, max: 80 }),
  total: fc.integer({ min: 20, max: 400 }),
  grace: fc.integer({ min: 0, max: 40 }),
  idle: rarely(fc.integer({ min: 5, max: 60 }), 3),
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  base: fc.integer({ min: 0, max: 30 }),
  jitter: fc.constantFrom('decorrelated', 'full', 'none'),
  consecutiveFailures: fc.integer({ min: 1, max: 8 }),
  openFor: fc.integer({ min: 10, max: 200 }),
  isCached: fc.boolean(),
  isExclusive: fc.boolean(),
  isKeyed: fc.boolean(),
  hedgeAfter: rarely(fc.integer({ min: 0, max: 40 }), 2),
  rate: rarely(
    fc.record({
      limit: fc.integer({ min: 1, max: 6 }),
      per: fc.integer({ min: 1, max: 100 }),
      mode: fc.constantFrom('delay', 'reject'),
    }),
    3,
  ),
  approval: rarely(
    fc.record({ ms: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }), isApproved: fc.boolean() }),
    5,
  ),
  isAdaptive: fc.boolean(),
  maxRepeats: rarely(fc.integer({ min: 1, max: 3 }), 5),
})

const scope: fc.Arbitrary<ScopePlan> = fc.record({
  onFailure: fc.constantFrom('collect', 'cancel-siblings', 'first-success'),
  deadline: rarely(fc.integer({ min: 0, max: 200 }), 4),
  closeAfter: rarely(fc.integer({ min: 0, max: 200 }), 1),
})

const call: fc.Arbitrary<CallPlan> = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25 })),
  tool: fc.nat(2),
  script: fc.nat(7),
  priority: fc.integer({ min: -1, max: 2 }),
  session: fc.nat(2),
  deadline: rarely(fc.integer({ min: 0, max: 120 }), 5),
  scope: rarely(fc.nat(1), 4),
  way: fc.constantFrom('promise', 'promise', 'stream', 'stream', 'signal', 'signal', 'turn', 'many'),
  size: fc.integer({ min: 1, max: 5 }),
  cancelAfter: rarely(fc.integer({ min: 0, max: 60 }), 5),
  cancelOn: rarely(
    fc.constantFrom(
      'run',
      'call-queue',
      'call-start',
      'attempt-start',
      'attempt-fail',
      'retry-wait',
      'output',
      'cache-hit',
      'hedge-start',
      'limit-wait',
      'approval-wait',
    ),
    7,
  ),
})

/** Random schedules over three tools and two scopes. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  tools: fc.array(tool, { minLength: 3, maxLength: 3 }),
  scripts: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 8, maxLength: 8 }),
  scopes: fc.array(scope, { minLength: 2, maxLength: 2 }),
  calls: fc.array(call, { minLength: 1, maxLength: 20, size: 'max' }),
  stores: fc.record({
    kind: fc.constantFrom('at-once', 'at-once', 'async', 'slow', 'failing'),
    ms: fc.integer({ min: 0, max: 10 }),
  }),
  around: fc.record({ wait: rarely(fc.integer({ min: 0, max: 20 }), 2), isAudited: fc.boolean() }),
  globalMax: rarely(fc.integer({ min: 1, max: 4 }), 3),
  closeAfter: rarely(fc.integer({ min: 0, max: 200 }), 5),
})
