// A tool reads aloud: a listener has each word as soon as it is said, and is told how far the reader has come. The first
// listener hears all of it, the second one leaves half-way, and then the reader stops.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { createRuntime, defineTool } from '@headrace/core'
import { Subject, takeUntil } from 'rxjs'
import { z } from 'zod'

const text = 'The headrace brings the water to the wheel, as much at a time as the wheel can take.'

const reader = { said: 0, stopped: 0, wasTold: false }
const readAloud = defineTool({
  name: 'read_aloud',
  description: 'Reads a text aloud, word by word',
  inputSchema: z.object({ text: z.string() }),
  async *execute({ text }, { signal, progress }) {
    const words = text.split(' ')
    try {
      for (const [index, word] of words.entries()) {
        await sleep(30, undefined, { signal })
        reader.said += 1
        yield word
        if (index % 3 === 2) progress({ progress: index + 1, total: words.length })
      }
      return `all ${words.length} words`
    } finally {
      reader.stopped += 1 // here a real tool closes its connection
      reader.wasTold = signal.aborted
    }
  },
})

const runtime = createRuntime({ tools: [readAloud] })
const strays: string[] = [] // events of work that goes on although nobody waits for it
runtime.events$.subscribe(({ type }) => {
  if (type === 'call-abandon' || type === 'late-result') strays.push(type)
})

/** Shows what is said while it is said, and leaves after `enough` words. */
async function listen(enough: number): Promise<{ heard: number; output: unknown; waitedMs: number }> {
  const scope = runtime.scope()
  const leave = new Subject<void>()
  const said = { heard: 0, output: undefined as unknown, waitedMs: 0 }
  await scope
    .call$(readAloud, { text })
    .pipe(takeUntil(leave))
    .forEach((event) => {
      if (event.type === 'output') {
        process.stdout.write(`${String(event.value)} `)
        said.heard += 1
        if (said.heard === enough) leave.next()
      } else if (event.type === 'progress') {
        process.stdout.write(styleText('dim', `(${event.progress} of ${event.total}) `))
      } else if (event.type === 'call-settle' && event.result.status === 'ok') said.output = event.result.output
    })
  const leftAt = performance.now()
  await scope.close() // resolves when the work has ended
  return { ...said, waitedMs: performance.now() - leftAt }
}

console.log(styleText('bold', 'One listens to the end:'))
const whole = await listen(Number.POSITIVE_INFINITY)
console.log(`\nthe tool's result: ${String(whole.output)}; stopped by a signal: ${reader.wasTold}\n`)
assert.deepEqual({ heard: whole.heard, output: whole.output }, { heard: 18, output: 'all 18 words' })
assert.deepEqual(reader, { said: 18, stopped: 1, wasTold: false })

console.log(styleText('bold', 'One leaves after nine words:'))
const half = await listen(9)
console.log(`\nno result; the reader had stopped ${half.waitedMs.toFixed(1)} ms after the listener left`)
assert.deepEqual({ heard: half.heard, output: half.output }, { heard: 9, output: undefined })
assert.deepEqual(reader, { said: 18 + 9, stopped: 2, wasTold: true })

await sleep(120) // three more words, were anybody still reading
const { queues, abandoned, timers } = runtime.snapshot()
await runtime.close()
const later = {
  words: reader.said - 27,
  running: queues.reduce((sum, { running, queued }) => sum + running + queued, 0),
  abandoned: abandoned + strays.length,
  timers: timers + process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
}
console.log('120 ms later there are, of each:', later)
assert.deepEqual(later, { words: 0, running: 0, abandoned: 0, timers: 0 })
