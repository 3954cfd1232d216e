import type { PrepareEvent } from '../agent/prepare-event.ts'
import { formatBytes } from '../model/planner/format-answer.ts'
import { type Project, scanProject } from '../project/scan-project.ts'
import { buildSearchIndex, type SearchIndex } from '../tools/search/build-search-index.ts'
import { type Database, openDatabase } from '../tools/sql/database.ts'
import type { Cleanup } from './cleanup.ts'

/** What every run reads and none changes. */
export interface Library {
  readonly project: Project
  readonly database: Database
  readonly searchIndex: SearchIndex
}

export interface PrepareOptions {
  readonly directory: string
  readonly signal: AbortSignal
  readonly cleanup: Cleanup
  readonly emit: (event: PrepareEvent) => void
}

/** Reads the project, and fills the search index and the database at the same time. */
export async function prepareLibrary({ directory, signal, cleanup, emit }: PrepareOptions): Promise<Library> {
  const tell = teller(emit)
  const project = await scanProject(directory, {
    signal,
    onProgress: (done, total) => tell('packages', { done, total }),
  })
  tell('packages', { isReady: true, text: sayProject(project) })

  const database = openDatabase(project.packages)
  cleanup.add(() => database.close())
  tell('database', {})
  const onProgress = (done: number, total: number): void => tell('search index', { done, total })
  const [searchIndex] = await Promise.all([
    buildSearchIndex(project.packages, { signal, onProgress }).then((index) => {
      tell('search index', { isReady: true, text: sayIndex(index) })
      return index
    }),
    orAborted(database.ready(), signal).then(() =>
      tell('database', { isReady: true, text: 'PostgreSQL, embedded; packages and dependencies' }),
    ),
  ])
  return { project, database, searchIndex }
}

function teller(emit: (event: PrepareEvent) => void) {
  return (what: PrepareEvent['what'], told: Partial<Pick<PrepareEvent, 'done' | 'total' | 'isReady' | 'text'>>): void =>
    emit({ type: 'prepare', at: Date.now(), what, done: 0, total: 0, isReady: false, text: '', ...told })
}

function sayProject({ directory, packages, skipped }: Project): string {
  const installed = packages.filter(({ kind }) => kind === 'installed')
  const bytes = installed.reduce((sum, one) => sum + one.bytes, 0)
  const left = skipped > 0 ? `; ${skipped} more were left out` : ''
  return `${installed.length} installed in ${directory}, ${formatBytes(bytes)}${left}`
}

function sayIndex({ documents, sections, skipped }: SearchIndex): string {
  return `${sections} sections of ${documents} documents${skipped > 0 ? `; full, ${skipped} documents left out` : ''}`
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
