import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineTool } from '@headrace/core'
import { z } from 'zod'
import type { PackageIndex } from '../package-index.ts'
import { documentPolicy } from './document-policy.ts'
import { readExports } from './read-exports.ts'

const maxFiles = 100

/** The exports of an installed package, by its type declarations. */
export function exportsTool(packages: PackageIndex) {
  return defineTool({
    name: 'list_exports',
    description:
      "Lists what an installed package exports, read from its entry's type declarations. " +
      '`file` is null where the package ships none.',
    inputSchema: z.object({ package: z.string().describe('name, or name@version') }),
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    policy: documentPolicy,
    execute({ package: reference }, { progress }) {
      const { id, directory, types = 'index.d.ts' } = packages.get(reference)
      const file = join(directory, types)
      if (!existsSync(file)) return { id, file: null, exports: [], from: [] }
      const onFile = (files: number): void => progress({ progress: files, message: 'files read' })
      const { names, from } = readExports(file, { maxFiles, onFile })
      return { id, file: types, exports: names, from }
    },
  })
}
