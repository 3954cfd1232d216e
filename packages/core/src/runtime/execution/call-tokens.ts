import type { ToolError } from '../../errors/tool-error.ts'
import type { Gate } from '../../policies/concurrency/gate.ts'
import type { Tokens } from '../../policies/concurrency/tokens.ts'
import type { Waiter } from '../../policies/concurrency/waiter.ts'
import { rateLimitedError } from '../../policies/rate-limit/rate-limited-error.ts'
import type { LimitRequest } from '../../ports/limiter.ts'
import type { Awaitable } from '../../ports/port-options.ts'
import type { ExecutionView } from '../engine/execution-view.ts'
import type { ErrorPlace } from '../engine/refusal.ts'
import type { Grant } from '../engine/stores/limit-access.ts'
import type { StoreCaller } from '../engine/stores/store-access.ts'
import type { Deadline, DeadlineOwner } from '../engine/timer-lists.ts'

/** The attempt that is limited. */
export interface Limited extends ExecutionView, StoreCaller {
  readonly place: ErrorPlace
  /** Its tokens cannot be had in time. */
  onRateLimit(error: ToolError): void
}

/** What an attempt asks of the limiter, all together. */
interface TokenAsk {
  readonly requests: readonly LimitRequest[]
  /** Keys of those for which no call waits. */
  readonly rejecting: readonly string[]
  /** Keys of the tool's own rates. */
  readonly own: readonly string[]
}

/** Milliseconds that a permit of a shared limiter is lent; renewed three times as often. */
const leaseMs = 30_000

/**
 * What one attempt takes from the limiter beside its permit: tokens of rate limits, and a permit of all processes where
 * the limiter counts these. It waits in the queue for what is not there, or ends the attempt where that would be too
 * long or the limit does not delay.
 */
export class CallTokens implements Tokens, DeadlineOwner {
  readonly line: string
  /** Who waits in the queue; undefined for a call under its ancestor's permit. */
  waiter: Waiter | undefined = undefined
  readonly #call: Limited
  readonly #gate: Gate
  readonly #requests: readonly LimitRequest[]
  readonly #rejecting: readonly string[]
  readonly #own: readonly string[]
  #grant: Grant | undefined
  /** Until asking again may help; then until the lease wants to be renewed. */
  #timer: Deadline | undefined

  constructor(call: Limited, gate: Gate, ask: TokenAsk) {
    this.#call = call
    this.#gate = gate
    this.#requests = ask.requests
    this.#rejecting = ask.rejecting
    this.#own = ask.own
    this.line = ask.requests.map(({ key }) => key).join('\n')
  }

  /** Milliseconds until asking again may help, as last told. */
  get retryAfterMs(): number {
    return this.#grant?.granted === false ? this.#grant.retryAfterMs : 0
  }

  take(): boolean | PromiseLike<boolean> {
    const grant: Awaitable<Grant> = this.#call.engine.limiter.acquire(this.#call, this.#requests)
    return 'then' in grant ? grant.then((late) => this.#keep(late)) : this.#keep(grant)
  }

  onDenied(): void {
    const error = this.refusal()
    if (error !== undefined) return this.#call.onRateLimit(error)
    const { engine } = this.#call
    this.#timer = engine.timers.start(this, engine.clock.monotonic(), Math.max(1, Math.ceil(this.retryAfterMs)))
    this.tellWait()
  }

  /** Tells that the call waits for tokens. */
  tellWait(): void {
    const call = this.#call
    if (!call.isListening || this.#grant?.granted !== false) return
    const { blockedBy: key, retryAfterMs: delayMs } = this.#grant
    call.emit({ type: 'limit-wait', key, delayMs })
  }

  /** Why the call should not wait for what it was denied; undefined where it should. */
  refusal(): ToolError | undefined {
    if (this.#grant?.granted !== false) return undefined
    const { blockedBy, retryAfterMs, isFinal = false } = this.#grant
    const { engine, place, policy } = this.#call
    const mayWait = !isFinal && policy.concurrency.queue > 0 && !this.#rejecting.includes(blockedBy)
    if (mayWait && retryAfterMs < this.#call.remainingMs(engine.clock.monotonic())) return undefined
    return rateLimitedError({ ...place, key: blockedBy, retryAfterMs })
  }

  onLeave(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  onDeadline(): void {
    this.#timer = undefined
    if (this.#grant?.granted) this.#renew()
    else if (this.waiter !== undefined) this.#gate.retry(this.waiter)
  }

  refund(): void {
    this.#giveBack(true)
  }

  release(): void {
    this.#giveBack(false)
  }

  coolDown(forMs: number): void {
    this.#call.engine.limiter.coolDown(this.#own, forMs)
  }

  #keep(grant: Grant): boolean {
    this.#grant = grant
    return grant.granted
  }

  onStart(): void {
    const { engine } = this.#call
    if (this.#grant?.granted !== true || this.#requests.every(({ kind }) => kind === 'rate')) return
    this.#timer = engine.timers.start(this, engine.clock.monotonic(), leaseMs / 3)
  }

  #renew(): void {
    if (this.#grant === undefined) return
    this.#call.engine.limiter.renew(this.#grant)
    this.onStart()
  }

  #giveBack(refund: boolean): void {
    const grant = this.#grant
    this.#grant = undefined
    this.onLeave()
    if (grant !== undefined) this.#call.engine.limiter.release(grant, refund)
  }
}

/** What an attempt needs beside its permit; undefined where that is nothing. Throws what functions of the policy throw. */
export function tokensFor(call: Limited, gate: Gate, isNested: boolean): CallTokens | undefined {
  const { engine, record, policy } = call
  const { rate } = record
  const { globalRate, limiter } = engine
  const countsPermits = limiter.sharesPermits && !isNested && Number.isFinite(policy.concurrency.max)
  if (rate === undefined && globalRate === undefined && !countsPermits) return undefined
  const own = rate?.(call.bound())
  const global = globalRate?.(call.bound())
  const permit: LimitRequest = { kind: 'concurrency', key: gate.key, max: policy.concurrency.max, leaseMs }
  return new CallTokens(call, gate, {
    requests: [...(own?.requests ?? []), ...(global?.requests ?? []), ...(countsPermits ? [permit] : [])],
    rejecting: [...(own?.rejecting ?? []), ...(global?.rejecting ?? [])],
    own: (own?.requests ?? []).map(({ key }) => key),
  })
}
