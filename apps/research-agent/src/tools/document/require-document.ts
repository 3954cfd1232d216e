import { toolFailure } from '@headrace/core'
import { findDocument } from '../../project/find-document.ts'
import type { InstalledPackage } from '../../project/installed-package.ts'

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
