import type { InstalledPackage } from './installed-package.ts'

const patterns = {
  readme: /^readme\./i,
  changelog: /^(change(log|s)|history|releases?)\./i,
}

/** The file of a package's README or changelog; undefined where it ships none. */
export function findDocument(
  { documents }: Pick<InstalledPackage, 'documents'>,
  kind: keyof typeof patterns,
): string | undefined {
  return documents.find((path) => patterns[kind].test(path))
}
