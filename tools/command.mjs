import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const colours = process.stdout.isTTY && !process.env.NO_COLOR
const { FORCE_COLOR: _, ...inherited } = process.env
const env = { ...inherited, ...(colours ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }

const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) endGroup(child)
    process.exit(130)
  })
}

// Each command leads a process group of its own, so that its children end with it.
function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs a command and collects what it says on both streams. Never rejects.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd = root, limitMs = 170_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let output = ''
    const add = (text) => {
      output += text
    }
    child.stdout.setEncoding('utf8').on('data', add)
    child.stderr.setEncoding('utf8').on('data', add)
    const timer = setTimeout(() => {
      add(`\n${command} took longer than ${limitMs / 1000} s and was ended\n`)
      endGroup(child)
    }, limitMs)
    const settle = (code) => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, output })
    }
    child.on('error', (error) => {
      add(`cannot start ${command}: ${error.message}\n`)
      settle(1)
    })
    child.on('close', (code) => settle(code ?? 1))
  })
}

/** A step that passes when the command exits with 0. */
export function commandStep(name, command, args, { needs, ...options } = {}) {
  return {
    name,
    needs,
    run: async () => {
      const { code, output } = await run(command, args, options)
      const failed = code === 0 ? 0 : 1
      return { passed: 1 - failed, failed, skipped: 0, output }
    },
  }
}
