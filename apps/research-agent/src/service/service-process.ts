import { readDeprecations } from '../project/read-deprecations.ts'
import { createMetadataServer } from './metadata-server.ts'
import { createMisbehaviour } from './misbehaviour.ts'
import { type ServiceStart, sendToParent } from './service-messages.ts'

// The process that start-service.ts starts. It lives as long as its parent wants it, and no longer than its parent.
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => {}) // Ctrl-C reaches the whole group; the parent ends this process when it is done itself.

process.once('message', (message: ServiceStart) => {
  const { packages, project, seed, outage } = message
  const source = { packages: new Map(packages.map((one) => [one.id, one])), deprecations: readDeprecations(project) }
  const behave = createMisbehaviour({ seed, outage, now: () => performance.now() })
  const server = createMetadataServer({ source, behave })
  server.on('error', (error) => sendToParent({ type: 'failed', message: error.message }))
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) sendToParent({ type: 'listening', port: address.port })
  })
})
