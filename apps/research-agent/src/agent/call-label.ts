import { z } from 'zod'
import type { ModelCall } from '../model/model.ts'

const named = z.object({ label: z.string() })
const about = z.object({
  package: z.string().optional(),
  query: z.string().optional(),
  sql: z.string().optional(),
})

/** What a call is about, in a few words: as the model named it, else by its arguments. */
export function callLabel({ metadata, arguments: args }: ModelCall): string {
  const label = named.safeParse(metadata).data?.label
  if (label !== undefined) return label
  const { package: name, query, sql } = about.safeParse(parsed(args)).data ?? {}
  return (name ?? query ?? sql ?? '').replaceAll(/\s+/g, ' ').trim()
}

/** A language model writes its arguments as JSON text. */
function parsed(args: unknown): unknown {
  if (typeof args !== 'string') return args
  try {
    return JSON.parse(args)
  } catch {
    return undefined // Broken JSON: the runtime tells the model about it, here it is only a label.
  }
}
