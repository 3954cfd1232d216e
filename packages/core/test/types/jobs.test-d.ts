import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { CallResult, FinalResult, JobView } from '../../src/call/call-result.ts'
import type { Job } from '../../src/jobs/job.ts'
import { createRuntime } from '../../src/runtime/create-runtime.ts'
import { defineTool } from '../../src/tool/define-tool.ts'

const inputSchema = z.object({ q: z.string() })
const render = defineTool({
  name: 'render',
  description: 'renders',
  inputSchema,
  execution: { taskSupport: 'required' },
  execute: ({ q }) => ({ pages: q.length }),
})
const runtime = createRuntime({ tools: [render], jobs: { leaseMs: 1_000 } })

test('a result is one of four, and only a pending one has a job', () => {
  const read = (result: CallResult<number>): unknown => {
    // @ts-expect-error it may be one of the others
    void result.job
    switch (result.status) {
      case 'ok':
        return expectTypeOf(result.output).toEqualTypeOf<number>()
      case 'error':
        return result.error
      case 'cancelled':
        return result.reason
      case 'pending':
        return expectTypeOf(result.job).toEqualTypeOf<JobView<number>>()
    }
  }
  expectTypeOf(read).returns.toEqualTypeOf<unknown>()
})

test('what a job ended with is never pending', () => {
  expectTypeOf<JobView<string>['result']>().toEqualTypeOf<FinalResult<string> | undefined>()
  expectTypeOf<FinalResult['status']>().toEqualTypeOf<'ok' | 'error' | 'cancelled'>()
})

test('jobs are of what a model wrote: nothing is known of their output', async () => {
  const job = await runtime.submit({ tool: 'render', arguments: '{}' }, { idempotencyKey: 'k', job: { ttlMs: 5 } })
  expectTypeOf(job).toEqualTypeOf<Job>()
  expectTypeOf(await runtime.job('id', { tenant: 't' })).toEqualTypeOf<Job | undefined>()
  expectTypeOf((await job.get({ waitMs: 5 })).result).toEqualTypeOf<FinalResult | undefined>()
  // @ts-expect-error jobs are not listed
  void runtime.jobs
})

test('a call from code gives the output, also of a tool that runs as a job', async () => {
  expectTypeOf(await runtime.call('render', { q: 'x' })).toEqualTypeOf<{ pages: number }>()
})

test('a tool can ask for input', () => {
  defineTool({
    name: 'ask',
    description: 'asks',
    inputSchema,
    execute: async (_, { requestInput }) => {
      const answer = await requestInput({ question: '?' })
      expectTypeOf(answer).toEqualTypeOf<unknown>()
    },
  })
})
