import { randomUUID } from 'node:crypto'
import { readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** The right to be the only one who writes to a file. */
export interface FileLock {
  /** Somebody else holds it now: they thought that this process was gone. */
  readonly isLost: boolean
  release(): Promise<void>
}

/** Who holds a lock, as the lock file says. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** Tells apart processes that had the same id one after the other; undefined where the system does not tell. */
  readonly born?: string | undefined
  readonly token: string
}

/** A lock file that was found. */
interface Found {
  readonly text: string
  readonly ageMs: number
}

const beatMs = 10_000
/** A holder on another machine that has not been heard of for so long is gone. */
const silenceMs = 60_000
/** A lock file without a holder is being written, for this long at most. */
const writingMs = 5000
const tries = 3

/**
 * Takes the lock of a file: a lock file beside it, which only one can create. One whose process is gone is taken over:
 * on this machine at once, of another machine a minute after its last sign of life. Rejects while it is held.
 *
 * Node has no locks that the system gives back when a process dies, and the packages that make up for it go by the age
 * of the lock file alone, also on one machine: a restart would have to wait.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const lockPath = `${path}.lock`
  const born = await birthOf(process.pid)
  const me: Holder = { pid: process.pid, host: hostname(), born, token: randomUUID() }
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (await create(lockPath, me)) return new HeldLock(lockPath, me)
    const found = await find(lockPath)
    if (found === undefined) continue
    const holder = await holderOf(found)
    if (holder !== undefined) throw new Error(describeHolder(path, lockPath, holder))
    if (await takeOver(lockPath, found.text, me)) return new HeldLock(lockPath, me)
  }
  throw new Error(`The audit log ${path} is being opened by others.`)
}

class HeldLock implements FileLock {
  isLost = false
  readonly #lockPath: string
  readonly #me: Holder
  readonly #timer: NodeJS.Timeout
  #beating: Promise<void> = Promise.resolve()

  constructor(lockPath: string, me: Holder) {
    this.#lockPath = lockPath
    this.#me = me
    this.#timer = setInterval(() => {
      this.#beating = this.#beat()
    }, beatMs).unref()
  }

  async release(): Promise<void> {
    clearInterval(this.#timer)
    await this.#beating
    const found = await find(this.#lockPath)
    if (found !== undefined && this.#isMine(found)) await unlink(this.#lockPath)
  }

  async #beat(): Promise<void> {
    try {
      const found = await find(this.#lockPath)
      const isMine = found === undefined ? await create(this.#lockPath, this.#me) : this.#isMine(found)
      if (!isMine) this.isLost = true
      const now = new Date()
      if (isMine) await utimes(this.#lockPath, now, now)
    } catch {
      // the disk is in trouble: writing to the file itself will tell
    }
  }

  #isMine({ text }: Found): boolean {
    return parse(text)?.token === this.#me.token
  }
}

async function create(lockPath: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(lockPath, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    await unlink(lockPath).catch(() => undefined)
    throw error
  }
}

async function find(lockPath: string): Promise<Found | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(lockPath, 'utf8'), stat(lockPath)])
    return { text, ageMs: Date.now() - mtimeMs }
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Who holds the lock; undefined where they are gone. */
async function holderOf({ text, ageMs }: Found): Promise<Partial<Holder> | undefined> {
  const holder = parse(text)
  if (holder === undefined) return ageMs < writingMs ? {} : undefined
  if (holder.host !== hostname()) return ageMs < silenceMs ? holder : undefined
  if (!isAlive(holder.pid)) return undefined
  const born = await birthOf(holder.pid)
  const isAnother = born !== undefined && holder.born !== undefined && born !== holder.born
  return isAnother ? undefined : holder
}

/**
 * Puts a lock file in the place of one that was left behind. Only one at a time does so, behind a lock file of its own:
 * a second one, who has seen the same, would remove the new one.
 */
async function takeOver(lockPath: string, left: string, me: Holder): Promise<boolean> {
  const guardPath = `${lockPath}.taking`
  if (!(await create(guardPath, me))) {
    const guard = await find(guardPath)
    if (guard !== undefined && guard.ageMs > writingMs) await unlink(guardPath)
    return false
  }
  try {
    const found = await find(lockPath)
    if (found !== undefined && found.text !== left) return false
    if (found !== undefined) await unlink(lockPath)
    return await create(lockPath, me)
  } finally {
    await unlink(guardPath)
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, host, born, token } = JSON.parse(text) as Record<string, unknown>
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof token !== 'string') return undefined
    return { pid, host, token, born: typeof born === 'string' ? born : undefined }
  } catch {
    return undefined
  }
}

function describeHolder(path: string, lockPath: string, { pid, host }: Partial<Holder>): string {
  const who = pid === undefined ? 'somebody else' : `process ${pid} on ${host}`
  return `The audit log ${path} is written by ${who}. If that is not so, delete ${lockPath}.`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/** When a process began, by the numbers of Linux: the boot, and the ticks since then. */
async function birthOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    // the second field is the name of the program, in parentheses, with whatever is in it; the ticks are the 22nd
    return `${boot.trim()} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return undefined
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
