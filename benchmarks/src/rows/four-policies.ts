import { atMost, timesUnder } from '../goal.ts'
import type { Row } from '../row.ts'
import { awaitEach, sequentialProbe, sequentialWorkload, subscribeEach } from './sequential.ts'

/** What concurrency, breaker, retry and timeout together cost a call that succeeds. */
export const fourPoliciesRow: Row = {
  id: 'four-policies',
  title: 'four policies (concurrency 64, breaker, retry, timeout), promise',
  unit: 'ns',
  contenders: [
    'bare',
    'headrace',
    'opossum-p-retry',
    'cockatiel-no-abort',
    'plain-rxjs',
    'cockatiel',
    'effect',
    'p-queue-p-retry',
    'p-limit-p-retry-p-timeout',
  ],
  goals: [
    atMost(800, '0.8 µs'),
    timesUnder(2.5, ['opossum-p-retry'], 'opossum + p-retry'),
    timesUnder(4, ['cockatiel', 'cockatiel-no-abort'], "cockatiel's best"),
    timesUnder(6, ['plain-rxjs'], 'plain RxJS'),
  ],
  value: (sample) => sample.cpu ?? Number.NaN,
  open: async (create, scale) => sequentialProbe(awaitEach(create(sequentialWorkload)), scale),
}

/** The same call as an observable, subscribed and run to its end. */
export const observableRow: Row = {
  ...fourPoliciesRow,
  id: 'four-policies-observable',
  title: 'the same as an observable, subscribed',
  contenders: ['bare', 'headrace', 'plain-rxjs'],
  goals: [atMost(1_200, '1.2 µs')],
  open: async (create, scale) => sequentialProbe(subscribeEach(create(sequentialWorkload)), scale),
}
