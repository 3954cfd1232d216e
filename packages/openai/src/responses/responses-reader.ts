import type { TurnEvent, TurnReader } from '@headrace/bridge'
import { isRecord, type JsonRecord, recordsOf, textOf } from '../turn/json-record.ts'
import { failureOf } from '../turn/stream-failure.ts'
import { type ItemAddress, ResponseCalls } from './response-calls.ts'

/** How a response can end. */
interface ResponseEnd {
  readonly reason: string
  readonly safe: boolean
}

/** Reads the events of the Responses API. Only function calls are told: the provider or the SDK runs the others. */
export function createResponsesReader(): TurnReader<unknown> {
  return new ResponsesReader()
}

class ResponsesReader implements TurnReader<unknown> {
  #calls = new ResponseCalls()
  #responseId = ''

  read(event: unknown): readonly TurnEvent[] {
    if (!isRecord(event)) return []
    switch (event.type) {
      case 'response.created':
        return this.#begin(event)
      case 'response.output_item.added':
        return this.#beginItem(event)
      case 'response.function_call_arguments.delta':
        this.#calls.at(addressOf(event)).addText(textOf(event.delta))
        return []
      case 'response.function_call_arguments.done':
        return this.#closeArguments(event)
      case 'response.output_item.done':
        return this.#endItem(event)
      default:
        return this.#readEnd(event)
    }
  }

  end(): readonly TurnEvent[] {
    return this.#calls.tellRest()
  }

  /** A response that begins while another is open: that one was left without an end. */
  #begin(event: JsonRecord): readonly TurnEvent[] {
    const response = isRecord(event.response) ? event.response : {}
    const id = textOf(response.id)
    if (id !== '' && id === this.#responseId) return []
    this.#responseId = id
    const rest = this.#calls.tellRest()
    return rest.length === 0 ? [] : this.#finish(rest, { reason: 'unfinished', safe: false })
  }

  #beginItem(event: JsonRecord): readonly TurnEvent[] {
    const item = functionCallOf(event)
    if (item === undefined) return []
    const call = this.#calls.begin(item, addressOf(event, item))
    call.setText(textOf(item.arguments))
    return []
  }

  #closeArguments(event: JsonRecord): readonly TurnEvent[] {
    const call = this.#calls.at(addressOf(event))
    if (call.state !== 'open') return []
    call.setText(textOf(event.arguments))
    call.close()
    return this.#calls.tell()
  }

  #endItem(event: JsonRecord): readonly TurnEvent[] {
    const item = functionCallOf(event)
    if (item === undefined) return []
    this.#calls.finish(item, addressOf(event, item))
    return this.#calls.tell()
  }

  #readEnd(event: JsonRecord): readonly TurnEvent[] {
    const end = endOf(event)
    if (end === undefined) return []
    const output = isRecord(event.response) ? recordsOf(event.response.output) : []
    for (const [index, item] of output.entries()) {
      if (item.type === 'function_call') this.#calls.finish(item, { index, itemId: textOf(item.id) })
    }
    if (end.safe) this.#calls.closeAll(output)
    return this.#finish(this.#calls.tellRest(), end)
  }

  #finish(rest: readonly TurnEvent[], end: ResponseEnd): readonly TurnEvent[] {
    this.#calls = new ResponseCalls()
    return [...rest, { type: 'finish', ...end }]
  }
}

function functionCallOf({ item }: JsonRecord): JsonRecord | undefined {
  return isRecord(item) && item.type === 'function_call' ? item : undefined
}

function addressOf(event: JsonRecord, item: JsonRecord = {}): ItemAddress {
  const { output_index: index, item_id: itemId } = event
  return { index: typeof index === 'number' ? index : undefined, itemId: textOf(itemId) || textOf(item.id) }
}

/** How the response has ended, where an event says so. The status goes before the event's name. */
function endOf(event: JsonRecord): ResponseEnd | undefined {
  const failure = failureOf(event)
  if (failure) return { reason: failure.code, safe: false }
  const type = textOf(event.type)
  const name = /^response\.(completed|incomplete|failed|cancelled|done)$/.exec(type)?.[1]
  if (name === undefined) return undefined
  const response = isRecord(event.response) ? event.response : {}
  const status = textOf(response.status) || (name === 'done' ? 'completed' : name)
  if (status === 'incomplete' || name === 'incomplete') return incomplete(response)
  if (status === 'failed' || name === 'failed') return failed(response)
  if (status === 'cancelled' || name === 'cancelled') return { reason: 'cancelled', safe: false }
  return { reason: 'completed', safe: true }
}

function failed(response: JsonRecord): ResponseEnd {
  const code = isRecord(response.error) ? textOf(response.error.code) : ''
  return { reason: code || 'failed', safe: false }
}

/** A response that was steered stopped between two items: those that it has are as the model meant them. */
function incomplete(response: JsonRecord): ResponseEnd {
  const details = isRecord(response.incomplete_details) ? response.incomplete_details : {}
  const reason = textOf(details.reason) || 'incomplete'
  return { reason, safe: reason === 'steered' }
}
