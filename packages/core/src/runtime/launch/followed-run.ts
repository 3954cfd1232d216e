import { Observable, type Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallResult } from '../../call/call-result.ts'
import type { CallFollower, CallTelemetry } from '../engine/call-follower.ts'
import type { Engine, Launcher } from '../engine/engine.ts'
import type { RunningCall } from '../engine/running-call.ts'
import { captureContext, runInContext, type SubmitterContext } from '../engine/submitter-context.ts'

type Prepare = Launcher['prepare']

/** Has every call followed for which telemetry is active. */
export function followCalls(engine: Engine, telemetry: CallTelemetry, prepare: Prepare): Prepare {
  return (given) => {
    if (!telemetry.isActive()) return prepare(given)
    const callId = given.callId ?? engine.callId(engine.nextSequence())
    const { tool, options, place, metadata = {} } = given
    const follower = telemetry.follow({
      callId,
      tool: typeof tool === 'string' ? tool : tool.name,
      description: engine.recordOf(tool)?.tool.description,
      arguments: given.arguments,
      session: options?.session ?? place.scope.session,
      tenant: options?.tenant ?? place.scope.tenant,
      metadata: options?.metadata ?? metadata,
    })
    return new FollowedRun(prepare({ ...given, callId, follower }), follower)
  }
}

/** A call that somebody follows. It runs where its follower says; whoever waits for it goes on outside of that. */
class FollowedRun implements RunningCall {
  readonly #call: RunningCall
  readonly #follower: CallFollower
  readonly #outside: SubmitterContext = captureContext()

  constructor(call: RunningCall, follower: CallFollower) {
    this.#call = call
    this.#follower = follower
    new Observable<CallEvent>((subscriber) => call.observe(subscriber)).subscribe((event) => follower.next(event))
  }

  get callId(): string {
    return this.#call.callId
  }

  get status(): 'queued' | 'running' | 'settled' {
    return this.#call.status
  }

  get settled(): CallResult | undefined {
    return this.#call.settled
  }

  start(): void {
    this.#follower.run(() => this.#call.start())
  }

  cancel(reason: unknown): void {
    this.#call.cancel(reason)
  }

  promise(): Promise<unknown> {
    return this.#call.promise()
  }

  whenSettled(resume: () => void): void {
    this.#call.whenSettled(this.#leaving(resume))
  }

  whenFinished(resume: () => void): void {
    this.#call.whenFinished(this.#leaving(resume))
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    const inside = new Observable<CallEvent>((observer) => this.#call.observe(observer))
    const outside = this.#outside
    inside.subscribe({
      next: (event) => runInContext(outside, () => subscriber.next(event)),
      complete: () => runInContext(outside, () => subscriber.complete()),
    })
  }

  /** What follows the call, such as the next call of a stream, is no part of it. */
  #leaving(resume: () => void): () => void {
    return () => runInContext(this.#outside, resume)
  }
}
