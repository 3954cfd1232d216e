import { makeCertificate } from './certificate.ts'
import { onFreePort } from './free-port.ts'
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
  /** Whether it speaks TLS and nothing else, with a certificate of its own that is made now. */
  readonly tls?: boolean | undefined
  /** Lines of a redis.conf: `'maxmemory 1mb'`. */
  readonly configuration?: readonly string[] | undefined
}

/** A Redis of its own on loopback, without persistence: restarted, it is empty. */
export interface RedisServer extends ServerProcess {
  readonly host: string
  readonly port: number
  /** With the password, where one is set; `rediss:` with TLS. */
  readonly url: string
  /** With TLS, the certificate that a client has to trust, as PEM. */
  readonly ca?: string | undefined
}

const host = '127.0.0.1'

/** Starts a Redis on a free port and waits until it answers. */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const { version = 7, password, users = [], tls = false, configuration = [] } = options
  const program = serverProgram(version === 8 ? 'redis8' : 'redis')
  const certificate = tls ? await makeCertificate() : undefined
  const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  return onFreePort(async (port) => {
    const server = await startServerProcess(program, {
      configuration: [
        ...(tls ? tlsLines(port) : [`port ${port}`]),
        `bind ${host}`,
        'save ""',
        'appendonly no',
        'enable-debug-command local',
        ...(password === undefined ? [] : [`requirepass "${password}"`]),
        ...users.map((user) => `user ${user}`),
        ...configuration,
      ],
      files: certificate ? { 'tls.crt': certificate.certificate, 'tls.key': certificate.key } : {},
    })
    const url = `${tls ? 'rediss' : 'redis'}://${login}${host}:${port}`
    return Object.assign(server, { host, port, url, ca: certificate?.certificate })
  })
}

const tlsLines = (port: number): readonly string[] => [
  'port 0',
  `tls-port ${port}`,
  'tls-cert-file tls.crt',
  'tls-key-file tls.key',
  'tls-ca-cert-file tls.crt',
  'tls-auth-clients no',
]
