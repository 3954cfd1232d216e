import type { BreakerStore } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, ruled } from './broken.ts'

const never = Number.POSITIVE_INFINITY

/** By the sentence that they break. */
export const brokenOpeningBreakers: BrokenStores<BreakerStore> = {
  'a key that has judged nothing admits every call, with a generation and without a probe': {
    'makes the first call a probe': broken((good) => ({
      admit: (...of) => ({ ...good.admit(...of), admitted: true, generation: 1, probe: 'p' }),
    })),
  },
  'it opens at so many failures in a row; a success begins the count anew': {
    'opens one failure late': ruled(({ consecutiveFailures }) => ({ consecutiveFailures: consecutiveFailures + 1 })),
    'counts failures over successes': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, rules, { ...outcome, kind: outcome.kind === 'success' ? 'ignored' : outcome.kind }, options),
    })),
  },
  'it opens at a failure rate that is reached, judged on every outcome, so that a success may open it': {
    'opens above the rate only': ruled(({ failureRate }) => ({ failureRate: failureRate + 0.01 })),
    'judges failures only': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, outcome.kind === 'success' ? { ...rules, failureRate: 2 } : rules, outcome, options),
    })),
  },
  'below minimumCalls no rate is known': {
    'takes a rate of one call for known': ruled(() => ({ minimumCalls: 1 })),
  },
  'rates are those of the last windowCalls calls': {
    'looks at all calls there ever were': ruled(() => ({ windowCalls: 100 })),
  },
  'rates are those of calls that are not older than windowMaxAgeMs': {
    'never forgets a call for its age': ruled(() => ({ windowMaxAgeMs: never })),
    'forgets calls too early': ruled(({ windowMaxAgeMs }) => ({ windowMaxAgeMs: windowMaxAgeMs / 200 })),
  },
  'it opens at a rate of slow calls where slowCallMs is set, and judges none without it': {
    'does not know slow calls': ruled(() => ({ slowCallMs: undefined })),
    'judges slow calls that nobody asked it to judge': ruled(() => ({ slowCallMs: 10 })),
  },
  'a slow call that failed counts once in each of the two rates': {
    'counts a slow failure twice': broken((good) => ({
      record(key, rules, outcome, options) {
        if (outcome.slow && outcome.kind === 'failure') good.record(key, rules, outcome, options)
        return good.record(key, rules, outcome, options)
      },
    })),
    'takes a slow failure for no slow call': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, rules, { ...outcome, slow: outcome.slow && outcome.kind !== 'failure' }, options),
    })),
  },
  'an ignored outcome judges nothing: it counts in no rate and breaks no row of failures': {
    'takes ignored outcomes for successes': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, rules, { ...outcome, kind: outcome.kind === 'ignored' ? 'success' : outcome.kind }, options),
    })),
  },
  'it opens only when minReporters have reported such calls': {
    'believes one reporter': ruled(() => ({ minReporters: 1 })),
    'counts reporters of successes': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, outcome.kind === 'success' ? { ...rules, minReporters: 1 } : rules, outcome, options),
    })),
  },
  'while open it rejects, with the failure that opened it as cause and for openForMs, give or take a tenth': {
    'forgets the cause': broken((good) => ({
      record: (key, rules, outcome, options) => good.record(key, rules, { ...outcome, cause: undefined }, options),
    })),
    'stays open for half as long': ruled(({ openForMs }) => ({ openForMs: openForMs / 2 })),
  },
  'retryAfterMs of a rejection counts down': {
    'tells every rejected call the whole time open': broken((good) => ({
      admit(key, rules, options) {
        const admission = good.admit(key, rules, options)
        return admission.admitted ? admission : { ...admission, retryAfterMs: rules.openForMs }
      },
    })),
  },
  'what the backend asked to wait lengthens the time open, at most to maxOpenForMs, and never shortens it': {
    'does not hear what the backend asked': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, rules, { ...outcome, retryAfterMs: undefined }, options),
    })),
    'waits as long as the backend asks, however long that is': ruled(() => ({ maxOpenForMs: 1e9 })),
    'waits only as long as the backend asks': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, { ...rules, openForMs: outcome.retryAfterMs ?? rules.openForMs }, outcome, options),
    })),
  },
}
