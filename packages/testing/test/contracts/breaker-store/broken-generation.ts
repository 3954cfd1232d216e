import type { BreakerStore, BreakerView } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken, ruled } from './broken.ts'

const never = Number.POSITIVE_INFINITY

/** By the sentence that they break. */
export const brokenGenerationBreakers: BrokenStores<BreakerStore> = {
  'an outcome of an older generation changes nothing, be it a success or a failure': {
    'believes any generation': broken((good) => ({
      record(key, rules, outcome, options) {
        const generation = good.peek(key)?.generation ?? outcome.generation
        return good.record(key, rules, { ...outcome, generation }, options)
      },
    })),
  },
  'a failure that arrives while it is open neither opens it again nor lengthens its time': {
    'opens again on a failure while it is open': broken((good) => ({
      record(key, rules, outcome, options) {
        const view = good.peek(key)
        if (view?.state !== 'open') return good.record(key, rules, outcome, options)
        good.seed({ ...view, openUntil: options.now + rules.openForMs }, rules, options)
        return good.peek(key) as BreakerView
      },
    })),
  },
  'the generation grows with every change of state': {
    'has one generation for all': broken((good) => ({
      set: (...of) => ({ ...good.set(...of), generation: 1 }),
    })),
  },
  'failures reported at once open it once': {
    'opens with each of the failures that come at once': broken((good) => {
      let more = 0
      return {
        record(...of) {
          const view = good.record(...of)
          if (view.state === 'open') more += 1
          return { ...view, generation: view.generation + more }
        },
      }
    }),
  },
  'isolated by hand it rejects every call and can tell no time, also where its rules only observe': {
    'admits while it is isolated': broken((good) => ({
      admit(key, rules, options) {
        const admission = good.admit(key, rules, options)
        return admission.admitted || admission.state !== 'isolated' ? admission : { admitted: true, generation: 1 }
      },
    })),
    'tells a time while it is isolated': broken((good) => ({
      admit(...of) {
        const admission = good.admit(...of)
        return admission.admitted ? admission : { ...admission, retryAfterMs: 1_000 }
      },
    })),
  },
  'disabled by hand it admits every call, whatever fails': {
    'opens although it is disabled': broken((good) => ({
      set: (key, state, options) => good.set(key, state === 'disabled' ? 'closed' : state, options),
    })),
  },
  'closed by hand it admits every call and has forgotten what it counted': {
    'goes on counting when it was closed by hand': broken((good) => ({
      set(key, state, options) {
        const view = good.peek(key)
        return state === 'closed' && view?.state === 'closed' ? view : good.set(key, state, options)
      },
    })),
  },
  'where its rules only observe, it judges and tells, and rejects no call': {
    'rejects although it only observes': ruled(() => ({ observe: false })),
    'judges nothing where it only observes': ruled(({ observe }) => (observe ? { consecutiveFailures: never } : {})),
  },
}
