import { type CallPending, createRuntime, defineTool, toolFailure } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { finalResult } from './final-result.ts'

/** A runtime with a tool that runs as a job and does what `answer` does, and a call of it that is pending. */
async function openJob(answer: () => Promise<string>) {
  const report = defineTool({
    name: 'report',
    description: 'Writes a report',
    inputSchema: jsonSchema({ type: 'object' }),
    execution: { taskSupport: 'required' },
    execute: answer,
  })
  const runtime = createRuntime({ tools: [report] })
  const pending = await runtime.dispatch({ callId: 'call_7', tool: 'report', arguments: {} }).result()
  return { runtime, pending: pending as CallPending }
}

describe('finalResult', () => {
  it('waits for the end of the job and gives it under the id of the call', async () => {
    const work = Promise.withResolvers<string>()
    const { runtime, pending } = await openJob(() => work.promise)
    expect(pending.status).toBe('pending')
    const final = finalResult(runtime, pending)
    work.resolve('done')
    expect(await final).toMatchObject({ status: 'ok', callId: 'call_7', tool: 'report', output: 'done' })
    await runtime.close()
  })

  it('gives the failure of the job as a result', async () => {
    const { runtime, pending } = await openJob(() => Promise.reject(toolFailure({ message: 'no paper' })))
    expect(await finalResult(runtime, pending)).toMatchObject({
      status: 'error',
      callId: 'call_7',
      error: { code: 'EXECUTION_FAILED' },
    })
    await runtime.close()
  })

  it('gives a cancelled result when the runtime closes first', async () => {
    const { runtime, pending } = await openJob(() => new Promise(() => {}))
    const final = finalResult(runtime, pending)
    await runtime.close()
    expect(await final).toMatchObject({ status: 'cancelled', callId: 'call_7', tool: 'report' })
  })

  it('gives a cancelled result for a job that is not kept', async () => {
    const { runtime, pending } = await openJob(() => Promise.resolve('done'))
    const lost = { ...pending, job: { ...pending.job, id: 'gone' } }
    expect(await finalResult(runtime, lost)).toMatchObject({
      status: 'cancelled',
      reason: { message: "Job 'gone' is kept no more." },
    })
    await runtime.close()
  })
})
