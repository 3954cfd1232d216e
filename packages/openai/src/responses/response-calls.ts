import type { TurnEvent } from '@headrace/bridge'
import { type JsonRecord, textOf } from '../turn/json-record.ts'
import { ResponseCall } from './response-call.ts'

/** How an event names the item that it is about; providers leave out one or the other. */
export interface ItemAddress {
  readonly index: number | undefined
  readonly itemId: string
}

/** The function calls of one response, in the order of its output. */
export class ResponseCalls {
  readonly #calls: ResponseCall[] = []
  #toldCount = 0

  /** The call that an event of arguments is about; one that is not known yet is made. */
  at(address: ItemAddress): ResponseCall {
    return this.#find(address) ?? this.#make(address)
  }

  /** The call that an item has begun: one of its own, unless its arguments came before. */
  begin(item: JsonRecord, address: ItemAddress): ResponseCall {
    const early = this.#calls.find((call) => !call.isShown && isSame(call, address))
    const call = early ?? this.#make(address)
    call.show(item)
    return call
  }

  /** The call that an item has ended, whether or not it was seen to begin. */
  finish(item: JsonRecord, address: ItemAddress): void {
    const callId = textOf(item.call_id)
    const sameId = callId === '' ? undefined : this.#calls.find((call) => call.callId === callId)
    const found = sameId ?? this.#find(address)
    const isOther = found !== undefined && found.callId !== '' && callId !== '' && found.callId !== callId
    const call = found === undefined || isOther ? this.#make(address) : found
    if (call.state !== 'open') return
    call.show(item)
    call.setText(textOf(item.arguments))
    call.state = item.status === 'incomplete' ? 'cut' : 'done'
  }

  /** The response is over, and whole: what was left open is complete, unless the response no longer has it. */
  closeAll(output: readonly JsonRecord[]): void {
    for (const call of this.#calls) {
      if (call.state === 'open') call.state = call.hasName && output.length === 0 ? 'done' : 'cut'
    }
  }

  /** Calls that have become complete; in order, so an open one holds those after it. */
  tell(): readonly TurnEvent[] {
    const told: TurnEvent[] = []
    for (let call = this.#next(); call?.state === 'done'; call = this.#next()) {
      this.#toldCount += 1
      told.push({ type: 'call', call: call.toCall() })
    }
    return told
  }

  /** All that is not told yet, in order: complete calls, and what is left of the others. */
  tellRest(): readonly TurnEvent[] {
    const rest = this.#calls.slice(this.#toldCount)
    this.#toldCount = this.#calls.length
    return rest.map((call) => ({
      type: call.state === 'done' ? 'call' : 'incomplete-call',
      call: call.toCall(),
    }))
  }

  #next(): ResponseCall | undefined {
    return this.#calls[this.#toldCount]
  }

  /** Some providers give each event of an item another id, others give every item the same index. */
  #find(address: ItemAddress): ResponseCall | undefined {
    const { index, itemId } = address
    if (index === undefined && itemId === '') return this.#calls.findLast((call) => call.state === 'open')
    const sameItem = this.#calls.find((call) => itemId !== '' && call.itemId === itemId)
    return sameItem ?? this.#calls.findLast((call) => index !== undefined && call.index === index)
  }

  #make({ index, itemId }: ItemAddress): ResponseCall {
    const call = new ResponseCall(index, itemId)
    const place = this.#calls.findIndex((other, at) => at >= this.#toldCount && isAfter(other, index))
    this.#calls.splice(place < 0 ? this.#calls.length : place, 0, call)
    return call
  }
}

function isSame(call: ResponseCall, { index, itemId }: ItemAddress): boolean {
  if (index !== undefined && call.index !== undefined) return call.index === index
  return itemId === '' || call.itemId === '' || call.itemId === itemId
}

function isAfter(call: ResponseCall, index: number | undefined): boolean {
  return index !== undefined && call.index !== undefined && call.index > index
}
