import { fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContenderId } from './contenders.ts'
import type { Sample } from './measure/statistics.ts'
import type { Row, Scale } from './row.ts'
import type { WorkerMessage } from './worker.ts'

const workerPath = fileURLToPath(new URL('./worker.ts', import.meta.url))
/** What a contender takes to prepare: seconds, and many more where others keep the machine busy. */
const openingMs = 120_000
/** Where processes find what an earlier one has compiled: most of their start is that. */
const compileCache = join(tmpdir(), 'headrace-benchmarks')

/** One contender of one row in a process of its own: no other library's heap, types or compiled code disturbs it. */
export interface ContenderProcess {
  /** One round. Rejects with a reason for the report when it took too long or the process ended. */
  measure(): Promise<Sample>
  close(): void
}

/** What every process of a row is told. */
export interface ContenderSetting {
  readonly scale: Scale
  readonly shared: string
}

/** Starts the process and waits until it has warmed up. */
export async function openContender(
  row: Row,
  contender: ContenderId,
  { scale, shared }: ContenderSetting,
): Promise<ContenderProcess> {
  const child = fork(workerPath, [row.id, contender, JSON.stringify(scale), shared], {
    execArgv: [
      '--expose-gc',
      '--conditions=production',
      '--max-old-space-size=8192',
      '--disable-warning=ExperimentalWarning',
      ...(row.nodeOptions ?? []),
    ],
    env: { ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const close = () => void child.kill('SIGKILL')

  const reply = (patienceMs: number) =>
    new Promise<WorkerMessage>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer)
        child.off('message', onMessage).off('exit', onExit)
        settle()
      }
      const onMessage = (message: WorkerMessage) => end(() => resolve(message))
      const onExit = () => end(() => reject(new Error(reasonIn(errors))))
      const timer = setTimeout(() => {
        end(() => reject(new Error(`> ${patienceMs / 1_000} s`)))
        close()
      }, patienceMs)
      child.on('message', onMessage).on('exit', onExit)
    })

  await reply(openingMs)
  return {
    measure: async () => {
      child.send('measure')
      const message = await reply(row.isFreshEachRound ? openingMs : scale.patienceMs)
      if (message.type !== 'sample') throw new Error('The process answered out of turn')
      return message.sample
    },
    close,
  }
}

function reasonIn(errors: string): string {
  if (errors.includes('ERR_MODULE_NOT_FOUND')) return 'not built or not installed'
  const line = errors.split('\n').find((text) => /^\w*Error\b/.test(text))
  return line ?? 'the process ended'
}
