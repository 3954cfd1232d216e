import { defineTool } from '@headrace/core'
import { z } from 'zod'
import type { SearchIndex } from './build-search-index.ts'

/** Full-text search over the Markdown of the installed packages. */
export function searchTool(index: SearchIndex) {
  return defineTool({
    name: 'search_docs',
    description:
      'Searches the READMEs, changelogs and other Markdown of the installed packages, best hits first. ' +
      'Gives the section and the text around the words.',
    inputSchema: z.object({
      query: z.string().min(1).max(300),
      package: z.string().optional().describe('only in this package: name, or name@version'),
      limit: z.int().min(1).max(20).default(5),
    }),
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    policy: {
      concurrency: { max: 4 },
      timeout: { attempt: 3000 },
      retry: false,
      breaker: false,
      cache: { ttl: 300_000, scope: 'shared' },
    },
    execute({ query, package: name, limit }) {
      return { hits: index.search(query, { limit, package: name }) }
    },
  })
}
