import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A certificate for loopback that signs itself, and its key, both as PEM. */
export interface Certificate {
  readonly certificate: string
  readonly key: string
}

const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost'.split(' ')
const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']

/** Makes a certificate with openssl: Node can read them, not make them. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'headrace-tls-'))
  const [certificate, key] = [join(folder, 'crt'), join(folder, 'key')]
  try {
    await promisify(execFile)('openssl', [...kind, ...names, '-keyout', key, '-out', certificate])
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
