import { readFileSync } from 'node:fs'

/** A row of a table of options, as the page says it. */
export interface OptionRow {
  readonly name: string
  readonly byDefault: string
  readonly takes: string
}

/** The text between a heading of a page in `docs`, with its marks, and the next heading. */
export function section(page: string, heading: string): string {
  const text = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), 'utf8')
  const [, rest = ''] = `\n${text}`.split(`\n${heading}\n`)
  return rest.split(/\n##+ /)[0] ?? ''
}

/** The table of options below a heading, whose first columns are the name, the default and what the option takes. */
export function readOptions(page: string, heading: string): OptionRow[] {
  const rows = section(page, heading).matchAll(/^\| `([\w.]+)` \| ([^|\n]*?) ?\| ([^|\n]*?) \|/gm)
  return Array.from(rows, ({ 1: name = '', 2: byDefault = '', 3: takes = '' }) => ({ name, byDefault, takes }))
}
