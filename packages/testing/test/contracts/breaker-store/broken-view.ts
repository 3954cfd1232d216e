import type { BreakerStore, BreakerView } from '@headrace/core'
import type { BrokenStores } from '../expect-broken.ts'
import { broken } from './broken.ts'

/** By the sentence that they break. */
export const brokenViewBreakers: BrokenStores<BreakerStore> = {
  'peek knows nothing of a breaker that never judged anything': {
    'knows breakers that have judged nothing': broken((good) => ({
      peek: (key) => good.peek(key) ?? { key, state: 'closed', generation: 1 },
    })),
  },
  'peek answers at once, with nothing older than what record and set have answered here': {
    'shows what was before the last outcome': broken((good) => {
      const shown = new Map<string, BreakerView | undefined>()
      return {
        record(key, ...of) {
          shown.set(key, good.peek(key))
          return good.record(key, ...of)
        },
        peek: (key) => shown.get(key) ?? good.peek(key),
      }
    }),
  },
  'a view is plain data that never changes afterwards, and whoever writes on it changes no breaker': {
    'changes the views that it has given': broken((good) => {
      const views = new Map<string, BreakerView>()
      const same = (view: BreakerView) => {
        const known = Object.assign(views.get(view.key) ?? {}, view)
        views.set(view.key, known)
        return known
      }
      return {
        record: (...of) => same(good.record(...of)),
        set: (...of) => same(good.set(...of)),
        peek(key) {
          const view = good.peek(key)
          return view && same(view)
        },
      }
    }),
    'shows what somebody wrote on a view': broken((good) => {
      const views = new Map<string, BreakerView>()
      const keep = (view: BreakerView) => {
        const copy = { ...view }
        views.set(view.key, copy)
        return copy
      }
      return {
        record: (...of) => keep(good.record(...of)),
        set: (...of) => keep(good.set(...of)),
        peek: (key) => views.get(key),
      }
    }),
  },
  'watch tells every change of state, in order, until it is ended': {
    'tells its listeners nothing of probes': broken((good) => ({
      watch: (listener) => good.watch((view) => view.state !== 'half-open' && listener(view)),
    })),
    'goes on telling': broken((good) => ({
      watch(listener) {
        good.watch(listener)
        return () => {}
      },
    })),
  },
  'a listener that watches twice is told twice, and each watch is ended on its own': {
    'knows a listener once': broken((good) => {
      const listeners = new Set<(view: BreakerView) => void>()
      good.watch((view) => {
        for (const listener of listeners) listener(view)
      })
      return {
        watch(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      }
    }),
  },
  'what a listener throws reaches neither the caller nor another listener': {
    'ends its other listeners': broken((good) => {
      const listeners: ((view: BreakerView) => void)[] = []
      good.watch((view) => {
        for (const listener of listeners) listener(view)
      })
      return {
        watch(listener) {
          listeners.push(listener)
          return () => {}
        },
      }
    }),
  },
}
