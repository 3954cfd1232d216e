import { flushCompileCache } from 'node:module'
import { type ContenderId, contenders } from './contenders.ts'
import type { Scale } from './row.ts'
import { createRows } from './rows.ts'

/** What the process of one contender tells the one that drives the rounds. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'sample'; readonly sample: Readonly<Record<string, number>> }

const [rowId, id, scaleText = '', shared = ''] = process.argv.slice(2)
const contenderId = id as ContenderId
const scale = JSON.parse(scaleText) as Scale
const row = createRows(scale).find(({ id }) => id === rowId)
if (row === undefined || process.send === undefined)
  throw new Error('The bench starts this file, with a row and a contender')
const send = (message: WorkerMessage) => process.send?.(message)

const load = row.load?.[contenderId] ?? contenders[contenderId].load
const { create } = await load()
// This process will be killed, so it has to write now.
flushCompileCache()
const probe = await row.open(create, scale, shared)
process.on('message', async () => send({ type: 'sample', sample: await probe.measure() }))
process.on('disconnect', () => process.exit())
send({ type: 'ready' })
