import type { BreakerStore, BreakerView } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, ruled } from './broken.ts'

/** By the sentence that they break. */
export const brokenProbeBreakers: BrokenStores<BreakerStore> = {
  'when its time open is over, and not before, it gives a probe, under a newer generation': {
    'gives a probe early': broken((good) => ({
      admit(key, rules, { now }) {
        const admission = good.admit(key, rules, { now })
        const isNear = !admission.admitted && admission.retryAfterMs === 1
        return isNear ? good.admit(key, rules, { now: now + 1 }) : admission
      },
    })),
    'gives a probe late': broken((good) => ({
      admit: (key, rules, { now }) => good.admit(key, rules, { now: now - 1 }),
    })),
    'closes by itself when its time is over': broken((good) => ({
      admit(key, rules, options) {
        const admission = good.admit(key, rules, options)
        if (!admission.admitted || admission.probe === undefined) return admission
        good.set(key, 'closed', options)
        return good.admit(key, rules, options)
      },
    })),
  },
  'it gives at most permits probes at a time, each of its own name, and rejects the rest as half-open': {
    'gives all probes of one generation one name': broken((good) => ({
      admit(...of) {
        const admission = good.admit(...of)
        return admission.admitted && admission.probe ? { ...admission, probe: `${admission.generation}` } : admission
      },
    })),
    'lets one probe too many in': ruled(({ permits }) => ({ permits: permits + 1 })),
    'says open where it is half-open': broken((good) => ({
      admit(...of) {
        const admission = good.admit(...of)
        return admission.admitted ? admission : { ...admission, state: 'open' }
      },
    })),
  },
  'of many calls that come at once no more than permits become probes': {
    'looks before it counts, with time between': broken((good) => ({
      async admit(key, rules, options) {
        const isProbing = good.peek(key)?.state === 'half-open'
        await Promise.resolve()
        return good.admit(key, isProbing ? rules : { ...rules, permits: 100 }, options)
      },
    })),
  },
  'it closes when as many probes as successes says have succeeded, with nothing counted': {
    'closes after the first probe': ruled(() => ({ successes: 1 })),
    'remembers the failures from before when it has closed': broken((good) => {
      let hasClosed = false
      good.watch(({ state }) => {
        hasClosed ||= state === 'closed'
      })
      return {
        record: (key, rules, outcome, options) =>
          good.record(key, hasClosed ? { ...rules, consecutiveFailures: 1 } : rules, outcome, options),
      }
    }),
  },
  'the first failure of a probe opens it again, each time for twice as long, at most for maxOpenForMs': {
    'is open for the same time each time': ruled(({ openForMs }) => ({ maxOpenForMs: openForMs })),
    'is open ever longer': ruled(() => ({ maxOpenForMs: 1e9 })),
    'overlooks the failure of a probe': broken((good) => ({
      record: (key, rules, outcome, options) =>
        good.record(key, rules, { ...outcome, kind: outcome.probe ? 'success' : outcome.kind }, options),
    })),
  },
  'the growth of the time open is forgotten once it was closed for as long as it was last open, and not before': {
    'forgets the growth as soon as it closes': broken((good) => {
      good.watch(({ key, state }) => {
        if (state === 'closed') good.set(key, 'closed', { now: 0 })
      })
      return {}
    }),
    'never forgets the growth': broken((good) => {
      let openings = 0
      good.watch(({ state }) => {
        if (state === 'open') openings += 1
      })
      return {
        record: (key, rules, outcome, options) =>
          good.record(key, { ...rules, openForMs: rules.openForMs * (openings > 2 ? 2 : 1) }, outcome, options),
      }
    }),
  },
  'an ignored probe judges nothing and gives its permit back': {
    'keeps the permit of an ignored probe': broken((good) => ({
      record: (key, rules, outcome, options) =>
        outcome.kind === 'ignored' ? (good.peek(key) as BreakerView) : good.record(key, rules, outcome, options),
    })),
  },
  'a probe that takes probeTimeoutMs loses its permit, and its end counts nothing': {
    'lets a probe have its permit for ever': ruled(() => ({ probeTimeoutMs: 1e9 })),
    'takes a permit away too early': ruled(({ probeTimeoutMs }) => ({ probeTimeoutMs: probeTimeoutMs - 1 })),
    'judges by a probe that lost its permit': broken((good) => {
      let last: string | undefined
      return {
        admit(...of) {
          const admission = good.admit(...of)
          if (admission.admitted && admission.probe) last = admission.probe
          return admission
        },
        record: (key, rules, outcome, options) =>
          good.record(key, rules, { ...outcome, probe: outcome.probe && last }, options),
      }
    }),
  },
  'an outcome under a name that no probe has counts nothing while it is half-open': {
    'judges by calls that are no probes while it is half-open': broken((good) => {
      let last: string | undefined
      return {
        admit(...of) {
          const admission = good.admit(...of)
          if (admission.admitted && admission.probe) last = admission.probe
          return admission
        },
        record: (key, rules, outcome, options) =>
          good.record(key, rules, { ...outcome, probe: outcome.probe ?? last }, options),
      }
    }),
  },
  'half-open for maxHalfOpenMs, it opens again': {
    'stays half-open for ever': ruled(() => ({ maxHalfOpenMs: 1e9 })),
  },
  'a slow probe counts as a failure where slow calls are judged, and as a success where they are not': {
    'does not mind slow probes': broken((good) => ({
      record: (key, rules, outcome, options) => good.record(key, rules, { ...outcome, slow: false }, options),
    })),
    'minds slow probes that nobody judges': ruled(() => ({ slowCallMs: 1 })),
  },
  'renew keeps the permit of a probe, but not beyond probeTimeoutMs, and tells whether it is still held': {
    'renews every probe': broken(() => ({ renew: () => true })),
    'renews no probe': broken(() => ({ renew: () => false })),
  },
}
