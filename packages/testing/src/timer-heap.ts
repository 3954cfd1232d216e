import type { Timer } from '@headrace/core'

/** What is told of a timer that is named in an error. */
export interface TimerNote {
  /** The function that set it. */
  readonly kind: 'setTimer' | 'setTimeout' | 'setInterval' | 'setImmediate' | 'AbortSignal.timeout'
  /** The wait that was asked for, in milliseconds. */
  readonly ms: number
  /** The name of what it runs; empty where it has none. */
  readonly runs: string
  /** Its stack shows where the timer was set; only where somebody may ask. */
  readonly setAt?: Error | undefined
}

/** A timer that waits in the heap. */
export interface HeapTimer extends Timer {
  readonly due: number
  readonly run: () => void
  readonly note: TimerNote
}

/** Timers in the order of (due time, creation). */
export interface TimerHeap {
  /** How many timers wait; cancelled ones do not count. */
  readonly size: number
  /** The timer that comes next, or undefined when none waits. */
  next(): HeapTimer | undefined
  /** Takes the next timer out, or gives undefined when none waits. */
  take(): HeapTimer | undefined
  add(due: number, run: () => void, note: TimerNote): HeapTimer
}

interface Slot extends HeapTimer {
  readonly order: number
  waits: boolean
}

const isBefore = (a: Slot, b: Slot): boolean => a.due < b.due || (a.due === b.due && a.order < b.order)

/** A binary heap; cancelled timers stay in it until they come to the top or are half of it. */
export function createTimerHeap(): TimerHeap {
  let slots: Slot[] = []
  let created = 0
  let size = 0

  const remove = (slot: Slot): void => {
    if (!slot.waits) return
    slot.waits = false
    size -= 1
    if (slots.length < 64 || size * 2 > slots.length) return
    slots = slots.filter((other) => other.waits).sort((a, b) => (isBefore(a, b) ? -1 : 1))
  }
  const top = (): Slot | undefined => {
    while (slots[0] && !slots[0].waits) popTop(slots)
    return slots[0]
  }
  return {
    get size() {
      return size
    },
    next: top,
    take() {
      const slot = top()
      if (!slot) return undefined
      popTop(slots)
      remove(slot)
      return slot
    },
    add(due, run, note) {
      const slot: Slot = { due, run, note, order: created, waits: true, cancel: () => remove(slot) }
      created += 1
      size += 1
      pushUp(slots, slot)
      return slot
    },
  }
}

function pushUp(slots: Slot[], slot: Slot): void {
  let index = slots.push(slot) - 1
  while (index > 0) {
    const above = (index - 1) >> 1
    const parent = slots[above]
    if (!parent || isBefore(parent, slot)) break
    slots[index] = parent
    index = above
  }
  slots[index] = slot
}

function popTop(slots: Slot[]): void {
  const last = slots.pop()
  if (!last || slots.length === 0) return
  let index = 0
  for (;;) {
    const left = slots[2 * index + 1]
    const right = slots[2 * index + 2]
    const isRight = left !== undefined && right !== undefined && isBefore(right, left)
    const child = isRight ? right : left
    if (!child || isBefore(last, child)) break
    slots[index] = child
    index = 2 * index + (isRight ? 2 : 1)
  }
  slots[index] = last
}
