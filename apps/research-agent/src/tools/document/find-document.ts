import { toolFailure } from '@headrace/core'
import type { InstalledPackage } from '../../project/installed-package.ts'

const patterns = {
  readme: /^readme\./i,
  changelog: /^(change(log|s)|history|releases?)\./i,
}

/** The file of a package's README or changelog; undefined where it ships none. */
export function findDocument({ documents }: InstalledPackage, kind: keyof typeof patterns): string | undefined {
  return documents.find((path) => patterns[kind].test(path))
}

/** The file that a model asked for. A path that is none of the package's documents is refused, and so never read. */
export function requireDocument(installed: InstalledPackage, wanted: string): string {
  const { id, documents } = installed
  const named = wanted === 'readme' || wanted === 'changelog'
  const found = named ? findDocument(installed, wanted) : documents.find((path) => path === wanted)
  if (found !== undefined) return found
  throw toolFailure({
    message: `${id} ships no ${named ? wanted : `document ${wanted}`}`,
    hint: documents.length > 0 ? `It ships: ${documents.slice(0, 10).join(', ')}.` : 'It ships no Markdown at all.',
    blame: 'caller',
  })
}
