import { describe, expect, it } from 'vitest'
import type { ScopeChild, ScopeTree } from './scope-child.ts'
import { ScopeNode, type ScopeNodeOptions } from './scope-node.ts'

/** A call as a scope sees it: it ends at once when it is cancelled, or when the test says so. */
class Work implements ScopeChild {
  before: ScopeChild | undefined = undefined
  after: ScopeChild | undefined = undefined
  readonly reasons: unknown[] = []
  readonly #scope: ScopeNode
  readonly #isDeaf: boolean

  constructor(scope: ScopeNode, options: { readonly isDeaf?: boolean } = {}) {
    this.#scope = scope
    this.#isDeaf = options.isDeaf ?? false
    scope.add(this)
  }

  cancel(reason: unknown): void {
    this.reasons.push(reason)
    if (!this.#isDeaf) this.end()
  }

  end(): void {
    this.#scope.remove(this)
  }

  tree(): ScopeTree {
    return { kind: 'call', callId: 'c', tool: 't', status: 'running', children: [] }
  }
}

const open = (parent?: ScopeNode, options: ScopeNodeOptions = {}): ScopeNode => new ScopeNode({ parent, ...options })
/** Long enough for everything that waits for nothing. */
const turns = async (): Promise<void> => {
  for (let n = 0; n < 50; n += 1) await undefined
}
/** Tells whether a promise is settled already. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  const settle = (): void => {
    done = true
  }
  promise.then(settle, settle)
  await turns()
  return done
}

describe('a scope', () => {
  it('takes over what its parent has, and the nearer deadline', () => {
    const parent = open(undefined, { session: 's', tenant: 't', deadlineAt: 50 })
    const child = open(parent, { session: 'own', deadlineAt: 80 })
    expect([child.session, child.tenant, child.deadlineAt, open(parent, { deadlineAt: 20 }).deadlineAt]).toEqual([
      'own',
      't',
      50,
      20,
    ])
  })

  it('cancels everything below in the same tick, in the order in which it began, once', () => {
    const parent = open()
    const first = new Work(parent, { isDeaf: true })
    const inner = new Work(open(open(parent)), { isDeaf: true })
    const reason = { why: 'enough' }
    parent.cancel(reason)
    parent.cancel('again')
    expect([first.reasons, inner.reasons, parent.cancelled]).toEqual([[reason], [reason], { reason }])
  })

  it('aborts its signal with the reason, also when it is read only afterwards, or below', () => {
    const parent = open()
    const [early, late] = [open(parent), open(parent)]
    const { signal } = early
    parent.cancel('why')
    expect([signal.reason, late.signal.reason, open(parent).signal.reason]).toEqual(['why', 'why', 'why'])
  })

  it('cancels those that begin while others are cancelled by what they are told', () => {
    const scope = open()
    const late: Work[] = []
    const first = new Work(scope)
    scope.signal.addEventListener('abort', () => late.push(new Work(scope, { isDeaf: true })))
    scope.cancel('why')
    expect([first.reasons, late[0]?.reasons]).toEqual([['why'], ['why']])
  })

  it('is empty while nothing runs in it or below: scopes without calls do not count', () => {
    const parent = open()
    const inner = open(open(parent))
    expect(parent.isEmpty).toBe(true)
    const work = new Work(inner)
    let told = 0
    parent.whenEmpty(() => {
      told += 1
    })
    expect([parent.isEmpty, told]).toEqual([false, 0])
    work.end()
    expect([parent.isEmpty, told]).toEqual([true, 1])
    parent.whenEmpty(() => {
      told += 1
    })
    expect(told).toBe(2)
  })

  it('forgets a child that has ended, and minds no second end', () => {
    const scope = open()
    const [first, second, third] = [new Work(scope), new Work(scope), new Work(scope)]
    second.end()
    second.end()
    expect(scope.tree().children.length).toBe(2)
    first.end()
    first.end()
    expect([scope.tree().children.length, scope.isEmpty]).toEqual([1, false])
    third.end()
    expect([scope.tree().children, scope.isEmpty]).toEqual([[], true])
  })

  it('shows itself as a tree of plain data', () => {
    const scope = open()
    const work = new Work(open(scope))
    expect(scope.tree()).toEqual({
      kind: 'scope',
      status: 'open',
      children: [{ kind: 'scope', status: 'open', children: [work.tree()] }],
    })
  })

  it('that somebody else ends leaves its parent alone', async () => {
    const parent = open()
    const work = new Work(parent)
    const detached = open(parent, { held: false })
    await detached.close()
    expect(parent.tree().children.length).toBe(1)
    work.end()
    expect(parent.isEmpty).toBe(true)
  })
})

describe('closing a scope', () => {
  it('refuses new work in it and in every scope below at once', () => {
    const parent = open()
    const child = open(parent)
    parent.refuse()
    expect([parent.isClosing, child.isClosing, parent.cancelled]).toEqual([true, true, undefined])
  })

  it('waits until all work has ended, here and below, then runs the finalizers', async () => {
    const parent = open()
    const works = [new Work(parent, { isDeaf: true }), new Work(open(parent), { isDeaf: true })]
    const order: string[] = []
    parent.onClose(() => void order.push('finalizer'))
    const closed = parent.close()
    expect(await isDone(closed)).toBe(false)
    works[1]?.end()
    expect(await isDone(closed)).toBe(false)
    works[0]?.end()
    await closed
    expect([order, parent.state]).toEqual([['finalizer'], 'closed'])
  })

  it('runs finalizers one by one, the last added first, those of inner scopes before, the last opened first', async () => {
    const order: string[] = []
    const parent = open()
    const note = (name: string) => async (): Promise<void> => {
      order.push(name)
      await turns()
      order.push(`/${name}`)
    }
    parent.onClose(note('parent 1'))
    for (const name of ['a', 'b']) {
      const child = open(parent)
      for (const n of [1, 2]) child.onClose(note(`${name}${n}`))
    }
    parent.onClose(note('parent 2'))
    await parent.close()
    const names = ['b2', 'b1', 'a2', 'a1', 'parent 2', 'parent 1']
    expect(order).toEqual(names.flatMap((name) => [name, `/${name}`]))
  })

  it('runs each finalizer once, however often and from wherever it is closed', async () => {
    let runs = 0
    const parent = open()
    const child = open(parent)
    child.onClose(() => {
      runs += 1
    })
    await Promise.all([child.close(), parent.close(), child.close()])
    await parent.close()
    expect(runs).toBe(1)
  })

  it('runs every finalizer that it has taken, also one that comes at its very end', async () => {
    for (let hops = 0; hops < 12; hops += 1) {
      const fates: string[] = []
      const scope = open()
      const addLate = async (): Promise<void> => {
        for (let n = 0; n < hops; n += 1) await undefined
        try {
          scope.onClose(() => void fates.push('run'))
        } catch {
          fates.push('refused')
        }
      }
      scope.onClose(() => void addLate())
      await scope.close()
      await turns()
      expect(fates.length).toBe(1)
    }
  })

  it('refuses finalizers once it is closed', async () => {
    const scope = open()
    await scope.close()
    expect(() => scope.onClose(() => undefined)).toThrow('closed')
  })

  it('ends a scope that is opened meanwhile, instead of waiting for it', async () => {
    const order: string[] = []
    const parent = open()
    const openLate = (name: string): void => open(parent).onClose(() => void order.push(name))
    parent.signal.addEventListener('abort', () => openLate('by a listener'))
    parent.onClose(() => openLate('by a finalizer'))
    await parent.close()
    expect([order, parent.tree().children]).toEqual([['by a listener', 'by a finalizer'], []])
  })

  it('takes a scope out of its parent, which goes on', async () => {
    const parent = open()
    const child = open(parent)
    await child.close()
    expect([parent.tree().children, parent.isClosing]).toEqual([[], false])
  })

  it('gives all errors of finalizers together, those of inner scopes included', async () => {
    const parent = open()
    const fail = (name: string) => (): never => {
      throw new Error(name)
    }
    parent.onClose(fail('parent'))
    open(parent).onClose(fail('child'))
    parent.onClose(() => Promise.reject(new Error('rejected')))
    const error = await parent.close().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AggregateError)
    expect((error as AggregateError).errors.map(({ message }: Error) => message)).toEqual([
      'child',
      'rejected',
      'parent',
    ])
  })

  it('rejects with the failure of its calls, and puts it before the errors of finalizers', async () => {
    const failure = new Error('call')
    const close = async (finalizer?: () => void): Promise<unknown> => {
      const scope = open(undefined, { onFailure: 'cancel-siblings' })
      if (finalizer) scope.onClose(finalizer)
      scope.rule.fail(scope.rule.start(), failure)
      return scope.close().catch((thrown: unknown) => thrown)
    }
    expect(await close()).toBe(failure)
    const error = new Error('finalizer')
    const both = await close(() => {
      throw error
    })
    expect((both as AggregateError).errors).toEqual([failure, error])
  })

  it('of a parent does not reject with the failures of an inner scope: they were told there', async () => {
    const parent = open()
    const child = open(parent, { onFailure: 'cancel-siblings' })
    child.rule.fail(child.rule.start(), new Error('call'))
    await expect(parent.close()).resolves.toBeUndefined()
    await expect(child.close()).rejects.toThrow('call')
  })

  it('cancels the siblings of a call that failed where its rule says so', () => {
    const scope = open(undefined, { onFailure: 'cancel-siblings' })
    const work = new Work(scope)
    scope.rule.fail(scope.rule.start(), new Error('call'))
    expect(work.reasons).toMatchObject([{ kind: 'sibling-failed' }])
  })
})
