import { spawnSync } from 'node:child_process'

/**
 * Runs a command to its end and gives what it wrote to stdout.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 */
export function output(command, args, options) {
  const done = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (done.error) throw new Error(`cannot start ${command}: ${done.error.message}`)
  if (done.status === 0) return done.stdout
  const said = done.stderr.trim().split('\n').slice(-3).join('; ')
  throw new Error(`${command} ${args[0]} ended with ${done.status ?? done.signal}: ${said}`)
}

/** @param {string} command */
export const isThere = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
