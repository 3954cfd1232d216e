import { CancelReason } from '../errors/cancel-reason.ts'
import { type FailureMode, FailureRule } from './failure-rule.ts'
import { type Finalizer, runFinalizers } from './finalizers.ts'
import type { ScopeChild, ScopeTree } from './scope-child.ts'

/** How a scope is made. */
export interface ScopeNodeOptions {
  readonly parent?: ScopeNode | undefined
  /** False: the parent's state counts, but somebody else ends this node; true by default. */
  readonly held?: boolean
  readonly onFailure?: FailureMode | undefined
  /** On the runtime's monotonic clock. */
  readonly deadlineAt?: number | undefined
  readonly session?: string | undefined
  readonly tenant?: string | undefined
}

/**
 * A node of the cancel tree: it holds calls and other scopes, cancels them together and closes only when each of them
 * has ended or was abandoned. Cancelling reaches everything below in the same tick.
 */
export class ScopeNode implements ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly parent: ScopeNode | undefined
  readonly deadlineAt: number
  readonly session: string | undefined
  readonly tenant: string | undefined
  readonly rule: FailureRule
  state: 'open' | 'closing' | 'closed' = 'open'
  #first: ScopeChild | undefined = undefined
  #last: ScopeChild | undefined = undefined
  #controller: AbortController | undefined = undefined
  #cancelled: { readonly reason: unknown } | undefined = undefined
  #whenEmpty: (() => void)[] = []
  #finalizers: Finalizer[] = []
  /** The errors of all finalizers; never rejects. */
  #ended: Promise<unknown[]> | undefined = undefined

  constructor(options: ScopeNodeOptions = {}) {
    const { parent, held = true, onFailure = 'collect', deadlineAt = Number.POSITIVE_INFINITY } = options
    this.parent = parent
    this.deadlineAt = parent === undefined ? deadlineAt : Math.min(deadlineAt, parent.deadlineAt)
    this.session = options.session ?? parent?.session
    this.tenant = options.tenant ?? parent?.tenant
    this.rule = new FailureRule(onFailure, (reason) => this.cancel(reason))
    if (held) parent?.add(this)
  }

  /** Whether new work is refused: the scope, or one around it, is closing. */
  get isClosing(): boolean {
    return this.state !== 'open' || (this.parent?.isClosing ?? false)
  }

  /** Why everything in the scope was cancelled, if it was; new work ends at once with it. */
  get cancelled(): { readonly reason: unknown } | undefined {
    return this.#cancelled ?? this.parent?.cancelled
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  /** Aborted when the scope is cancelled or closes; made only when read. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      const cancelled = this.cancelled
      if (cancelled !== undefined) this.#controller.abort(cancelled.reason)
    }
    return this.#controller.signal
  }

  add(child: ScopeChild): void {
    child.before = this.#last
    if (this.#last === undefined) this.#first = child
    else this.#last.after = child
    this.#last = child
  }

  remove(child: ScopeChild): void {
    if (child.before === undefined) this.#first = child.after
    else child.before.after = child.after
    if (child.after === undefined) this.#last = child.before
    else child.after.before = child.before
    child.before = child.after = undefined
    if (this.#first === undefined && this.#whenEmpty.length > 0) {
      for (const resume of this.#whenEmpty.splice(0)) resume()
    }
  }

  /** Refuses new work from now on; what runs goes on. */
  refuse(): void {
    if (this.state === 'open') this.state = 'closing'
  }

  /** Runs `resume` when nothing is left in the scope: at once, if so now. */
  whenEmpty(resume: () => void): void {
    if (this.isEmpty) resume()
    else this.#whenEmpty.push(resume)
  }

  /** Cancels everything in the scope, in the order in which it began; the first reason stays. */
  cancel(reason: unknown): void {
    if (this.#cancelled !== undefined) return
    this.#cancelled = { reason }
    this.#controller?.abort(reason)
    for (const child of this.#children()) child.cancel(reason)
  }

  /** Adds what runs when the scope closes, after all work has ended; the last one added runs first. */
  onClose(finalizer: Finalizer): void {
    if (this.state === 'closed') throw new Error('This scope is closed; add finalizers while it is open.')
    this.#finalizers.push(finalizer)
  }

  /**
   * Cancels what runs, waits until it has ended or was abandoned, runs the finalizers. Rejects with the errors of
   * finalizers in one AggregateError, and with what the scope's rule for failures says.
   */
  async close(reason: unknown = new CancelReason('shutdown')): Promise<void> {
    const errors = await this.#end(reason)
    const failure = this.rule.failure()
    if (errors.length > 0) {
      throw new AggregateError(failure === undefined ? errors : [failure, ...errors], 'Closing the scope failed.')
    }
    if (failure !== undefined) throw failure
  }

  tree(): ScopeTree {
    return { kind: 'scope', status: this.state, children: [...this.#children()].map((child) => child.tree()) }
  }

  #end(reason: unknown): Promise<unknown[]> {
    this.#ended ??= this.#endOnce(reason)
    return this.#ended
  }

  async #endOnce(reason: unknown): Promise<unknown[]> {
    this.state = 'closing'
    this.cancel(reason)
    const scopes = this.#children().filter((child) => child instanceof ScopeNode)
    const inner = await Promise.all(scopes.map((scope) => scope.#end(reason)))
    await new Promise<void>((resolve) => this.whenEmpty(resolve))
    const errors = [...inner.flat(), ...(await runFinalizers(this.#finalizers))]
    this.state = 'closed'
    this.parent?.remove(this)
    return errors
  }

  /** A snapshot: cancelling a child may take others out of the list. */
  #children(): ScopeChild[] {
    const children: ScopeChild[] = []
    for (let child = this.#first; child !== undefined; child = child.after) children.push(child)
    return children
  }
}
