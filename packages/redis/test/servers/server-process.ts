import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What starts a server, beside its program. */
export interface ServerProcessOptions {
  /** The lines of its configuration; folder and log are added. Paths are relative to the folder. */
  readonly configuration: readonly string[]
  /** Arguments after the configuration file. */
  readonly args?: readonly string[] | undefined
  /** What the log says when the server answers. */
  readonly isReady?: RegExp | undefined
  /** Files to write beside the configuration. */
  readonly files?: Readonly<Record<string, string>> | undefined
}

/** A server in a folder of its own, which ends with this process, however this process ends. */
export interface ServerProcess extends AsyncDisposable {
  readonly folder: string
  /** Of the process that runs now. */
  readonly pid: number
  /** Ends it at once (SIGKILL). */
  kill(): Promise<void>
  /** Stops it in its tracks (SIGSTOP): the kernel still takes connections, nobody answers. */
  pause(): void
  resume(): void
  /** Starts it again, with the same configuration; ends it first where it runs. */
  restart(): Promise<void>
  log(): string
}

// Reads the pid of the server whenever it changes, an empty line when it has ended. The end of the input is the end of the
// process that wrote it.
const watchdogScript = 'while read -r line; do pid=$line; done; [ -z "$pid" ] || kill -9 "$pid"; rm -rf "$1"'
const readyWithinMs = 20_000

/** Starts a server and waits until it is ready. */
export async function startServerProcess(program: string, options: ServerProcessOptions): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'headrace-redis-'))
  const file = join(folder, 'server.conf')
  const log = join(folder, 'server.log')
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text)
  writeFileSync(log, '')
  writeFileSync(file, [`dir "${folder}"`, `logfile "${log}"`, ...options.configuration, ''].join('\n'))

  const watchdog = spawn('sh', ['-c', watchdogScript, 'sh', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  letGo(watchdog)
  let child: ChildProcess
  const tell = (line: string): void => void watchdog.stdin.write(`${line}\n`)

  const start = async (): Promise<void> => {
    const { size } = statSync(log)
    child = spawn(program, [file, ...(options.args ?? [])], { detached: true, stdio: 'ignore' })
    letGo(child)
    child.once('exit', () => tell(''))
    tell(String(child.pid))
    await untilReady(
      () => readFileSync(log, 'utf8').slice(size),
      child,
      options.isReady ?? /Ready to accept connections/,
    )
  }
  const kill = async (): Promise<void> => {
    if (hasEnded(child)) return
    const ended = once(child, 'exit')
    child.ref()
    child.kill('SIGKILL')
    await ended
  }
  const close = async (): Promise<void> => {
    await kill()
    watchdog.stdin.end()
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    await start()
  } catch (error) {
    await close()
    throw error
  }
  return {
    folder,
    get pid() {
      return child.pid ?? 0
    },
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    restart: async () => {
      await kill()
      await start()
    },
    log: () => readFileSync(log, 'utf8'),
    [Symbol.asyncDispose]: close,
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function untilReady(log: () => string, child: ChildProcess, isReady: RegExp): Promise<void> {
  const end = performance.now() + readyWithinMs
  while (!isReady.test(log())) {
    if (hasEnded(child)) throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}: ${log()}`)
    if (performance.now() > end) throw new Error(`the server was not ready within ${readyWithinMs} ms: ${log()}`)
    await sleep(5)
  }
}

/** A process must not keep this one alive: it ends with it. */
function letGo(child: ChildProcess): void {
  child.on('error', () => {}) // its end is seen by what waits for it
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.on('error', () => {}).unref()
}
