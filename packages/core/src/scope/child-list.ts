import type { ScopeChild } from './scope-child.ts'

/** What a scope holds, in the order in which it came: a list linked through its members. */
export class ChildList {
  #first: ScopeChild | undefined
  #last: ScopeChild | undefined

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  add(child: ScopeChild): void {
    child.before = this.#last
    if (this.#last === undefined) this.#first = child
    else this.#last.after = child
    this.#last = child
  }

  /** False when the child is not in the list. */
  remove(child: ScopeChild): boolean {
    const { before, after } = child
    if (before === undefined && this.#first !== child) return false
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
    child.before = child.after = undefined
    return true
  }

  /** A copy: whoever walks through it may end some of them. */
  toArray(): ScopeChild[] {
    const children: ScopeChild[] = []
    for (let child = this.#first; child !== undefined; child = child.after) children.push(child)
    return children
  }
}
