// Writes the API reference into docs/api. With --check it writes nothing, and fails where the pages are not what the
// comments in the sources say today.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './entry-points.mjs'
import { generatePages } from './generate-pages.mjs'

const folder = join(root, 'docs/api')
const written = mkdtempSync(join(tmpdir(), 'headrace-reference-'))
try {
  const isComplete = await generatePages(written)
  if (!isComplete) fail('what stands above has to be mended in the comments of the sources')
  else if (process.argv.includes('--check')) check(pagesIn(written))
  else write(pagesIn(written))
} finally {
  rmSync(written, { recursive: true })
}

/** @returns {Map<string, string>} the text of each page by its name */
function pagesIn(path) {
  const names = existsSync(path) ? readdirSync(path).toSorted() : []
  return new Map(names.map((name) => [name, readFileSync(join(path, name), 'utf8')]))
}

/** @param {Map<string, string>} pages */
function write(pages) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  console.log(`docs/api: ${pages.size} pages`)
}

/** @param {Map<string, string>} pages */
function check(pages) {
  const committed = pagesIn(folder)
  const names = [...new Set([...pages.keys(), ...committed.keys()])].toSorted()
  const stale = names.filter((name) => pages.get(name) !== committed.get(name))
  if (stale.length === 0) return
  fail(
    `these pages are not what the comments in the sources say: ${stale.map((name) => `docs/api/${name}`).join(', ')}`,
  )
  console.error('`npm run reference` writes them anew; commit them with the change.')
}

function fail(text) {
  console.error(text)
  process.exitCode = 1
}
