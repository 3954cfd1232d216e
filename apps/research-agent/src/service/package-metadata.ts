import { z } from 'zod'

/** What the service tells of a package. */
export const packageFacts = z.object({
  id: z.string(),
  license: z.string(),
  description: z.string(),
  bytes: z.number(),
  files: z.number(),
  engines: z.string().nullable(),
  repository: z.string().nullable(),
  homepage: z.string().nullable(),
  hasInstallScript: z.boolean(),
  /** Why its authors deprecated it; null where they did not. */
  deprecated: z.string().nullable(),
})

export type PackageFacts = z.infer<typeof packageFacts>

/** What the service tells of a package's files. */
export const packageFiles = z.object({
  id: z.string(),
  files: z.number(),
  /** The largest first. */
  largest: z.array(z.object({ path: z.string(), bytes: z.number() })),
  /** Bytes by file extension, the largest first. */
  byType: z.array(z.object({ type: z.string(), bytes: z.number() })),
})

export type PackageFiles = z.infer<typeof packageFiles>
