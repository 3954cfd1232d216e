/** Options of `fileAuditLog`. */
export interface FileAuditLogOptions {
  /** The file; it is made where it is not there, its directory has to be. */
  readonly path: string
  /**
   * When what was written is made safe against a loss of power. `always`, the default: before an append resolves; what
   * is appended meanwhile is written together. `interval`: every `fsyncIntervalMs`. `never`: when the system does so.
   */
  readonly fsync?: 'always' | 'interval' | 'never' | undefined
  /** Milliseconds; 1000 by default. */
  readonly fsyncIntervalMs?: number | undefined
  /** Permissions of a file that is made; 0o600 by default. */
  readonly mode?: number | undefined
}

const known = ['path', 'fsync', 'fsyncIntervalMs', 'mode']
const longestInterval = 3_600_000

/** Throws where an option makes no sense, with its name and what it takes. */
export function checkOptions(options: FileAuditLogOptions): FileAuditLogOptions {
  if (typeof options !== 'object' || options === null) refuse('the options must be an object')
  const unknown = Object.keys(options).find((key) => !known.includes(key))
  if (unknown !== undefined) refuse(`unknown option '${unknown}'; known are ${known.join(', ')}`)
  const { path, fsync = 'always', fsyncIntervalMs = 1000, mode = 0o600 } = options
  if (typeof path !== 'string' || path === '') refuse('path must be the path of a file')
  if (!['always', 'interval', 'never'].includes(fsync)) refuse("fsync must be 'always' or 'interval' or 'never'")
  if (!(fsyncIntervalMs >= 1 && fsyncIntervalMs <= longestInterval)) {
    refuse(`fsyncIntervalMs must be a number >= 1 and <= ${longestInterval}`)
  }
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o777) refuse('mode must be an integer >= 0 and <= 0o777')
  return options
}

function refuse(why: string): never {
  throw new TypeError(`fileAuditLog: ${why}`)
}
