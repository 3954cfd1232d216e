import { defineTool } from '@headrace/core'
import { z } from 'zod'
import { packageFacts, packageFiles } from '../../service/package-metadata.ts'
import type { PackageIndex } from '../package-index.ts'
import { fetchMetadata } from './fetch-metadata.ts'
import { metadataPolicy } from './metadata-policy.ts'

const inputSchema = z.object({ package: z.string().describe('name, or name@version') })
const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: true } as const

/** What the metadata tools talk to. */
export interface MetadataClient {
  readonly serviceUrl: string
  readonly packages: PackageIndex
}

/** Facts of a package: licence, size, engines, repository, whether it is deprecated. */
export function factsTool({ serviceUrl, packages }: MetadataClient) {
  return defineTool({
    name: 'package_facts',
    description:
      'Asks the metadata service for the facts of a package: licence, size, engines, repository, deprecation.',
    inputSchema,
    annotations,
    policy: metadataPolicy,
    execute({ package: reference }, { signal }) {
      const installed = packages.get(reference)
      return fetchMetadata(serviceUrl, { installed, part: 'facts', schema: packageFacts, signal })
    },
  })
}

/** What takes the room in a package. */
export function filesTool({ serviceUrl, packages }: MetadataClient) {
  return defineTool({
    name: 'package_files',
    description: 'Asks the metadata service for the largest files of a package, and its bytes by file type.',
    inputSchema,
    annotations,
    policy: metadataPolicy,
    execute({ package: reference }, { signal }) {
      const installed = packages.get(reference)
      return fetchMetadata(serviceUrl, { installed, part: 'files', schema: packageFiles, signal })
    },
  })
}

/** Who built and signed a package. The service has never been seen to answer this. */
export function provenanceTool({ serviceUrl, packages }: MetadataClient) {
  return defineTool({
    name: 'package_provenance',
    description: 'Asks the metadata service who built and signed a package. Often slow; answer without it if it fails.',
    inputSchema,
    annotations,
    // An endpoint that tends to hang gets little patience, and a breaker that is not shared with those that answer.
    policy: {
      ...metadataPolicy,
      timeout: { attempt: 600, total: 3000 },
      retry: { maxAttempts: 2, backoff: { base: 60, max: 200 } },
      breaker: { openFor: 5000 },
    },
    execute({ package: reference }, { signal }) {
      const installed = packages.get(reference)
      return fetchMetadata(serviceUrl, { installed, part: 'provenance', schema: z.unknown(), signal })
    },
  })
}
