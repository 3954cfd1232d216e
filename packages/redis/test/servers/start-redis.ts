import { freePort } from './free-port.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { serverProgram } from './server-program.ts'

/** What kind of Redis to start. */
export interface StartRedisOptions {
  /** The major version; 7 without it. */
  readonly version?: 7 | 8 | undefined
  /** The password of the user `default`. */
  readonly password?: string | undefined
  /** More users, each as in `ACL SETUSER`: `'worker on >secret ~app:* +@all'`. */
  readonly users?: readonly string[] | undefined
  /** Lines of a redis.conf: `'maxmemory 1mb'`. */
  readonly configuration?: readonly string[] | undefined
}

/** A Redis of its own on loopback, without persistence: restarted, it is empty. */
export interface RedisServer extends ServerProcess {
  readonly host: string
  readonly port: number
  /** With the password, where one is set. */
  readonly url: string
}

const host = '127.0.0.1'
const tries = 5
const baseConfiguration = [`bind ${host}`, 'save ""', 'appendonly no', 'enable-debug-command local']

/** Starts a Redis on a free port and waits until it answers. */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const { version = 7, password, users = [], configuration = [] } = options
  const program = serverProgram(version === 8 ? 'redis8' : 'redis')
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const lines = [
      `port ${port}`,
      ...baseConfiguration,
      ...(password === undefined ? [] : [`requirepass "${password}"`]),
      ...users.map((user) => `user ${user}`),
      ...configuration,
    ]
    try {
      const server = await startServerProcess(program, { configuration: lines })
      const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
      return Object.assign(server, { host, port, url: `redis://${login}${host}:${port}` })
    } catch (error) {
      // Somebody else took the port in the meantime.
      if (attempt === tries || !String(error).includes('Address already in use')) throw error
    }
  }
}
