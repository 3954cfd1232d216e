import type {
  BreakerAdmission,
  BreakerOutcome,
  BreakerOutcomeKind,
  BreakerRules,
  BreakerStore,
  BreakerView,
} from '@headrace/core'
import { hold, holdEqual } from '../hold.ts'
import type { Trial } from '../trial.ts'

/** An admission that let the call run. */
export type Pass = Extract<BreakerAdmission, { admitted: true }>

/** An admission that did not. */
export type Rejection = Extract<BreakerAdmission, { admitted: false }>

/** One key's breaker of the store under test, and what a runtime does with it. */
export interface Circuit {
  readonly key: string
  readonly rules: BreakerRules
  admit(): Promise<BreakerAdmission>
  /** Admits a call that has to be let through. */
  pass(): Promise<Pass>
  /** Admits a call that has to be rejected. */
  reject(): Promise<Rejection>
  /** Admits a call that has to be a probe. */
  probe(): Promise<Pass & { readonly probe: string }>
  end(pass: Pass, kind: BreakerOutcomeKind, extra?: Partial<BreakerOutcome>): Promise<BreakerView>
  /** Lets one call after the other run and end so; gives the state that the last one left. */
  run(...kinds: readonly BreakerOutcomeKind[]): Promise<string>
  /** One call that ends so. */
  call(kind: BreakerOutcomeKind, extra?: Partial<BreakerOutcome>): Promise<BreakerView>
  /** Opens it; gives when it takes its first probe, by what it tells a call that it rejects. */
  open(extra?: Partial<BreakerOutcome>): Promise<number>
  /** Opens it and waits until it takes probes. */
  openAndWait(): Promise<void>
  set(state: 'isolated' | 'closed' | 'disabled'): Promise<BreakerView>
}

/** Rules that open after three failures in a row and judge no rate; durations in units of the trial. */
function rulesFor({ time }: Trial<BreakerStore>, extra: Partial<BreakerRules> = {}): BreakerRules {
  return {
    consecutiveFailures: 3,
    failureRate: 1,
    minimumCalls: 100,
    windowCalls: 100,
    windowMaxAgeMs: 1_000 * time.unit,
    slowCallMs: undefined,
    slowCallRate: 1,
    minReporters: 1,
    openForMs: time.unit,
    maxOpenForMs: 100 * time.unit,
    permits: 1,
    successes: 1,
    probeTimeoutMs: 20 * time.unit,
    maxHalfOpenMs: 40 * time.unit,
    observe: false,
    ...extra,
  }
}

/** Works with the breaker of a key, a fresh one unless it is given. */
export function openCircuit(
  trial: Trial<BreakerStore>,
  extra: Partial<BreakerRules> = {},
  key: string = trial.name('breaker'),
): Circuit {
  const { store, time, at } = trial
  const rules = rulesFor(trial, extra)
  const admit = async (): Promise<BreakerAdmission> => store.admit(key, rules, at())
  const pass = async (): Promise<Pass> => {
    const admission = await admit()
    hold(admission.admitted, 'the call is admitted', admission)
    return admission
  }
  const end: Circuit['end'] = async ({ generation, probe }, kind, more = {}) =>
    store.record(key, rules, { generation, probe, kind, slow: false, reporter: 'one', ...more }, at())
  const call: Circuit['call'] = async (kind, more) => end(await pass(), kind, more)
  const reject = async (): Promise<Rejection> => {
    const admission = await admit()
    hold(!admission.admitted, 'the call is rejected', admission)
    return admission
  }
  const open: Circuit['open'] = async (more) => {
    for (let count = 1; count < rules.consecutiveFailures; count += 1) await call('failure')
    const view = await call('failure', more)
    holdEqual(view.state, 'open', `the state after ${rules.consecutiveFailures} failures in a row`)
    const wait = waitOf(await reject())
    // The clock is read after the answer: a slow way there and back is no part of the wait.
    return time.now() + wait
  }
  return {
    key,
    rules,
    admit,
    pass,
    reject,
    end,
    call,
    open,
    async probe() {
      const admission = await pass()
      const { probe } = admission
      hold(
        typeof probe === 'string' && probe !== '',
        'a call that is to try a half-open breaker is given a probe',
        admission,
      )
      return { ...admission, probe }
    },
    async run(...kinds) {
      let state = 'closed'
      for (const kind of kinds) state = (await call(kind)).state
      return state
    },
    openAndWait: async () => time.reach(await open()),
    set: async (state) => store.set(key, state, at()),
  }
}

/** Milliseconds that a rejected call is told to wait. */
export function waitOf(rejection: Rejection): number {
  const { retryAfterMs } = rejection
  hold(
    retryAfterMs !== undefined && Number.isFinite(retryAfterMs) && retryAfterMs > 0,
    'a rejected call is told after how many milliseconds it may come again',
    rejection,
  )
  return retryAfterMs
}

/** Throws unless a time open is the wanted one, give or take the tenth of its jitter. */
export function holdOpenFor(trial: Trial<BreakerStore>, actualMs: number, wantedMs: number): void {
  const lag = trial.time.clock === 'server' ? trial.time.unit / 3 : 1
  const isRight = actualMs >= wantedMs * 0.9 - lag && actualMs <= wantedMs * 1.1 + lag
  hold(isRight, `it stays open for ${wantedMs} ms, give or take a tenth`, actualMs)
}
