import { plainText } from '../../tools/document/read-sections.ts'
import type { Findings } from './findings.ts'

/** Bytes as people read them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** A list in a sentence, cut after `limit` items. */
export function formatList(items: readonly string[], limit: number): string {
  if (items.length === 0) return 'none'
  const shown = items.slice(0, limit).join(', ')
  return items.length > limit ? `${shown} and ${items.length - limit} more` : shown
}

/** One line of a Markdown text without its marks, cut at a word. Code blocks and tables are left out. */
export function formatExcerpt(markdown: string, length: number): string {
  const prose = markdown.replaceAll(/```[\s\S]*?(```|$)/g, ' ').replaceAll(/^\s*[|#>].*$/gm, ' ')
  const flat = plainText(
    prose
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/(^| )[*+-] /g, ' ')
      .trim(),
  )
  if (flat.length <= length) return flat
  return `${flat.slice(0, flat.lastIndexOf(' ', length))} …`
}

/** What an answer could not say, because calls failed: a line for each code. */
export function formatGaps({ failed, result }: Findings): string[] {
  const byCode = Map.groupBy(failed, (key) => {
    const failure = result(key)
    return failure?.status === 'error' ? failure.error.code : (failure?.status ?? 'cancelled')
  })
  return [...byCode].map(([code, keys]) => `not known: ${formatList(keys, 4)} (${code})`)
}
