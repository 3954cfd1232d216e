import { assertOk } from '@headrace/core'
import type { z } from 'zod'
import type { InstalledPackage } from '../../project/installed-package.ts'

export interface MetadataRequest<Schema extends z.ZodType> {
  readonly installed: InstalledPackage
  readonly part: 'facts' | 'files' | 'provenance'
  readonly schema: Schema
  readonly signal: AbortSignal
}

/** Asks the metadata service. What it answers is checked: it is another program. */
export async function fetchMetadata<Schema extends z.ZodType>(
  serviceUrl: string,
  { installed, part, schema, signal }: MetadataRequest<Schema>,
): Promise<z.infer<Schema>> {
  const { name, version } = installed
  const url = `${serviceUrl}/packages/${encodeURIComponent(name)}/${encodeURIComponent(version)}/${part}`
  const response = await assertOk(await fetch(url, { signal }))
  return schema.parse(await response.json())
}
