import { setImmediate as nextLoop } from 'node:timers/promises'
import MiniSearch from 'minisearch'
import type { InstalledPackage } from '../../project/installed-package.ts'
import { readDocument } from '../document/read-document.ts'
import { readSections } from '../document/read-sections.ts'

/** The index stays below this much text, however much is installed. */
const maxCharacters = 12_000_000
const maxPerDocument = 60_000

/** What a search finds. */
export interface SearchHit {
  /** `name@version`. */
  readonly package: string
  readonly file: string
  readonly heading: string
  readonly excerpt: string
  readonly score: number
}

/** A full-text index over the sections of the installed packages' Markdown. */
export interface SearchIndex {
  readonly documents: number
  readonly sections: number
  /** Documents that were left out, for the index is full. */
  readonly skipped: number
  search(query: string, options: { readonly limit: number; readonly package?: string | undefined }): SearchHit[]
}

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined
  /** Told how many documents were read, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

interface Entry {
  readonly id: number
  readonly package: string
  readonly name: string
  readonly file: string
  readonly heading: string
  readonly text: string
}

/** Builds the index; lets other work go on in between. */
export async function buildSearchIndex(
  packages: readonly InstalledPackage[],
  { signal, onProgress }: BuildOptions = {},
): Promise<SearchIndex> {
  const index = new MiniSearch<Entry>({
    fields: ['heading', 'text', 'name'],
    storeFields: ['package', 'name', 'file', 'heading', 'text'],
    searchOptions: {
      boost: { heading: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.1 : false),
    },
  })
  const documents = packages.flatMap((one) => one.documents.filter(isProse).map((file) => ({ one, file })))
  let characters = 0
  let read = 0
  for (const { one, file } of documents) {
    signal?.throwIfAborted()
    if (characters >= maxCharacters) break
    const text = readDocument(one.directory, file).slice(0, maxPerDocument)
    characters += text.length
    read += 1
    for (const section of readSections(text)) index.add(entryOf(index.documentCount, { one, file, ...section }))
    if (read % 10 === 0) {
      onProgress?.(read, documents.length)
      await nextLoop()
    }
  }
  onProgress?.(read, documents.length)
  const skipped = documents.length - read
  return {
    documents: read,
    sections: index.documentCount,
    skipped,
    search: (query, options) => find(index, query, options),
  }
}

/** Collected licence texts would drown what people wrote. */
function isProse(path: string): boolean {
  return !/(^|[/-])(licen[cs]e|third-?party|notices?)/i.test(path)
}

interface SectionOfPackage {
  readonly one: InstalledPackage
  readonly file: string
  readonly heading: string
  readonly text: string
}

function entryOf(id: number, { one, file, heading, text }: SectionOfPackage): Entry {
  // Of links and images only their words: where they lead to is nothing to search for.
  const words = text.replaceAll(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1').replaceAll(/!?\[([^[\]]*)\]\([^()]*\)/g, '$1')
  return { id, package: one.id, name: one.name, file, heading, text: words.slice(0, 4000) }
}

function find(
  index: MiniSearch<Entry>,
  query: string,
  { limit, package: wanted }: { readonly limit: number; readonly package?: string | undefined },
): SearchHit[] {
  const hits = index.search(query, {
    filter: (hit) => wanted === undefined || hit.package === wanted || hit.name === wanted,
  })
  return hits.slice(0, limit).map((hit) => ({
    package: String(hit.package),
    file: String(hit.file),
    heading: String(hit.heading),
    excerpt: excerptOf(String(hit.text), hit.terms),
    score: Math.round(hit.score * 10) / 10,
  }))
}

/** The text around the first word that was found. */
function excerptOf(text: string, terms: readonly string[]): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  const lower = flat.toLowerCase()
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0)
  const start = Math.max(0, Math.min(...places, flat.length) - 80)
  const from = places.length === 0 ? 0 : start === 0 ? 0 : flat.indexOf(' ', start) + 1
  return flat.slice(from, from + 300)
}
