// A mail comes in over a slow line. Who wrote it and which day it is about are known before its end is, so the customer
// and the calendar are asked meanwhile. A nightly job asks the same customer database, with a lower priority.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { createRuntime, defineTool } from '@headrace/core'
import { concatMap, filter, firstValueFrom, map } from 'rxjs'
import { z } from 'zod'

const mail = `From: ada@example.com
Subject: Could we meet on Thursday?
The new figures are in, and I would like
to go through them before the board does.`

const findings = z.object({ from: z.string().optional(), day: z.string().optional() })
const parseMail = defineTool({
  name: 'parse_mail',
  description: 'Reads a mail line by line, and tells what it has found so far',
  inputSchema: z.object({ text: z.string() }),
  async *execute({ text }, { signal }) {
    const found: z.infer<typeof findings> = {}
    for (const line of text.split('\n')) {
      await sleep(120, undefined, { signal }) // the slow line
      found.from ??= /^From: (.*)/.exec(line)?.[1]
      found.day ??= /(Mon|Tues|Wednes|Thurs|Fri)day/.exec(line)?.[0]
      yield { ...found }
    }
  },
})
const askCustomers = (name: string, priority: number) =>
  defineTool({
    name,
    description: 'Looks up a customer in the database, which takes one question at a time, whoever asks',
    inputSchema: z.object({ email: z.string() }),
    policy: { priority, concurrency: { max: 1, key: () => 'customer database' } },
    execute: ({ email }, { signal }) => sleep(200, email === 'ada@example.com' ? 'Ada' : 'customer', { signal }),
  })
const customer = askCustomers('customer', 0)
const nightly = askCustomers('nightly_job', -1)
const calendar = defineTool({
  name: 'calendar',
  description: 'Tells the free hours of a day',
  inputSchema: z.object({ day: z.string() }),
  execute: ({ day }, { signal }) => sleep(220, [`${day} at 10`, `${day} at 15`], { signal }),
})
const draft = defineTool({
  name: 'draft_reply',
  description: 'Writes a reply',
  inputSchema: z.object({ name: z.string(), hours: z.array(z.string()) }),
  execute: ({ name, hours }, { signal }) => sleep(120, `Dear ${name}, I am free ${hours.join(' or ')}.`, { signal }),
})

const runtime = createRuntime()
const began = Date.now()
const rows = new Map<string, { tool: string; asked: number; started: number; ended: number }>()
runtime.events$.pipe(filter((event) => 'callId' in event)).subscribe(({ callId, tool, at, type }) => {
  const row = rows.get(callId) ?? { tool, asked: at - began, started: 0, ended: 0 }
  if (type === 'attempt-start') row.started = at - began
  if (type === 'call-settle') row.ended = at - began
  rows.set(callId, row)
})

const night = [1, 2, 3].map((id) => runtime.call(nightly, { email: `${id}@example.com` }))
const reading = runtime.call(parseMail, { text: mail })
const known = reading.events$.pipe(map((event) => (event.type === 'output' ? findings.parse(event.value) : {})))
const from = firstValueFrom(known.pipe(concatMap((found) => (found.from ? [found.from] : []))))
const day = firstValueFrom(known.pipe(concatMap((found) => (found.day ? [found.day] : []))))
const [name, hours] = await Promise.all([
  from.then((email) => runtime.call(customer, { email })),
  day.then((day) => runtime.call(calendar, { day })),
  reading,
])
const reply = await runtime.call(draft, { name, hours })
const total = Date.now() - began
await Promise.all(night)
await runtime.close()

const columns = Array.from({ length: 54 }, (_, column) => column * 16)
for (const { tool, asked, started, ended } of rows.values()) {
  const bar = columns.map((at) => (at < asked || at >= ended ? ' ' : at < started ? '·' : '█')).join('')
  console.log(`${tool.padEnd(12)} ${styleText(tool === nightly.name ? 'dim' : 'cyan', bar)} ${ended - started} ms`)
}
const of = (...tools: string[]) => [...rows.values()].filter(({ tool }) => tools.includes(tool))
const took = (...tools: string[]) => of(...tools).reduce((ms, { started, ended }) => ms + ended - started, 0)
const longest = took(parseMail.name, draft.name)
const sum = longest + took(customer.name, calendar.name)
console.log(`(a column is 16 ms; · waits for the database)\n${styleText('bold', reply)}`)
console.log(
  `the reply took ${total} ms; its longest chain, mail and draft, ${longest} ms; its four calls in a row ${sum} ms`,
)

assert.equal(reply, 'Dear Ada, I am free Thursday at 10 or Thursday at 15.')
assert(total < longest * 1.3, 'the reply takes as long as its longest chain')
assert(total < sum * 0.8, 'the reply takes less than its calls in a row')
const turns = of(customer.name, nightly.name).toSorted((a, b) => a.started - b.started)
assert.equal(turns[1]?.tool, customer.name, 'the reply goes before the rest of the nightly job')
