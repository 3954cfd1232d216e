import { CancelReason } from '../errors/cancel-reason.ts'
import { ChildList } from './child-list.ts'
import { type FailureMode, FailureRule } from './failure-rule.ts'
import { type Finalizer, runFinalizers } from './finalizers.ts'
import { lateController } from './late-controller.ts'
import type { ScopeChild, ScopeTree } from './scope-child.ts'

/** How a scope is made. */
export interface ScopeNodeOptions {
  readonly parent?: ScopeNode | undefined
  /** False: the parent's state counts here, but somebody else ends this node and waits for it; true by default. */
  readonly held?: boolean
  /** It is part of a call in the parent, which ends it and waits for it, and goes on for as long as that does. */
  readonly isPart?: boolean
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
  readonly #children = new ChildList()
  readonly #isPart: boolean
  /** The parent, where it is the one that ends this node. */
  readonly #holder: ScopeNode | undefined
  /** Calls in it, and scopes in which something runs. */
  #busy = 0
  #controller: AbortController | undefined
  #cancelled: { readonly reason: unknown } | undefined
  readonly #whenEmpty: (() => void)[] = []
  readonly #finalizers: Finalizer[] = []
  /** The errors of all finalizers; never rejects. */
  #ended: Promise<unknown[]> | undefined

  constructor(options: ScopeNodeOptions = {}) {
    const {
      parent,
      isPart = false,
      held = !isPart,
      onFailure = 'collect',
      deadlineAt = Number.POSITIVE_INFINITY,
    } = options
    this.parent = parent
    this.deadlineAt = parent === undefined ? deadlineAt : Math.min(deadlineAt, parent.deadlineAt)
    this.session = options.session ?? parent?.session
    this.tenant = options.tenant ?? parent?.tenant
    this.rule = new FailureRule(onFailure, (reason) => this.cancel(reason))
    this.#isPart = isPart
    this.#holder = held ? parent : undefined
    if (this.#holder !== undefined) this.#holder.#children.add(this)
  }

  /**
   * Whether new work is refused: the scope, or one around it, is closing. What is part of a call goes on as the call
   * does, until that is cancelled.
   */
  get isClosing(): boolean {
    return (
      this.state !== 'open' || ((this.#isPart ? this.parent?.cancelled !== undefined : this.parent?.isClosing) ?? false)
    )
  }

  /** Why everything in the scope was cancelled, if it was; new work ends at once with it. */
  get cancelled(): { readonly reason: unknown } | undefined {
    return this.#cancelled ?? this.parent?.cancelled
  }

  /** Whether nothing runs in it or below; a scope without calls is nothing that runs. */
  get isEmpty(): boolean {
    return this.#busy === 0
  }

  /** Aborted when the scope is cancelled or closes; made only when read. */
  get signal(): AbortSignal {
    this.#controller ??= lateController(this.cancelled)
    return this.#controller.signal
  }

  /** A call begins here. */
  add(call: ScopeChild): void {
    this.#children.add(call)
    this.#begin()
  }

  /** A call has ended or was abandoned; one that is not here is ignored. */
  remove(call: ScopeChild): void {
    if (this.#children.remove(call)) this.#finish()
  }

  /** Refuses new work from now on; what runs goes on. */
  refuse(): void {
    if (this.state === 'open') this.state = 'closing'
  }

  /** Runs `resume` when the scope is empty: at once, if it is now. */
  whenEmpty(resume: () => void): void {
    if (this.isEmpty) resume()
    else this.#whenEmpty.push(resume)
  }

  /** Cancels everything in the scope, in the order in which it began; the first reason stays. */
  cancel(reason: unknown): void {
    if (this.#cancelled !== undefined) return
    this.#cancelled = { reason }
    this.#controller?.abort(reason)
    for (const child of this.#children.toArray()) child.cancel(reason)
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
    return { kind: 'scope', status: this.state, children: this.#children.toArray().map((child) => child.tree()) }
  }

  #end(reason: unknown): Promise<unknown[]> {
    this.#ended ??= this.#endOnce(reason)
    return this.#ended
  }

  async #endOnce(reason: unknown): Promise<unknown[]> {
    const errors: unknown[] = []
    this.state = 'closing'
    this.cancel(reason)
    // What runs meanwhile may open scopes and add finalizers: they are part of it.
    while (this.#busy > 0 || !this.#children.isEmpty || this.#finalizers.length > 0) {
      errors.push(...(await this.#endScopes(reason)))
      await new Promise<void>((resolve) => this.whenEmpty(resolve))
      errors.push(...(await runFinalizers(this.#finalizers)))
    }
    this.state = 'closed'
    if (this.#holder !== undefined) this.#holder.#children.remove(this)
    return errors
  }

  /** One by one, the last opened first, as with finalizers; all of them were cancelled before. */
  async #endScopes(reason: unknown): Promise<unknown[]> {
    const errors: unknown[] = []
    const scopes = this.#children.toArray().filter((child) => child instanceof ScopeNode)
    for (const scope of scopes) scope.refuse()
    for (const scope of scopes.toReversed()) errors.push(...(await scope.#end(reason)))
    return errors
  }

  #begin(): void {
    this.#busy += 1
    if (this.#busy === 1 && this.#holder !== undefined) this.#holder.#begin()
  }

  #finish(): void {
    this.#busy -= 1
    if (this.#busy > 0) return
    if (this.#holder !== undefined) this.#holder.#finish()
    if (this.#whenEmpty.length > 0) for (const resume of this.#whenEmpty.splice(0)) resume()
  }
}
