import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from './command.mjs'
import { readAnchors, readBlocks, readLinks, readPrograms } from './docs/read-markdown.mjs'
import { createUserProject } from './docs/user-project.mjs'

const read = (path) => readFileSync(join(root, path), 'utf8')

const documents = globSync(['README.md', 'docs/*.md', 'packages/*/README.md'], { cwd: root }).toSorted()
const programs = documents.flatMap((document) =>
  readPrograms(read(document)).map((program) => ({
    ...program,
    place: `${document}:${program.line}`,
    file: `${document.replaceAll(/\W+/g, '-')}-${program.line}.${program.language}`,
  })),
)
const project = createUserProject(Object.fromEntries(programs.map(({ file, code }) => [file, code])))

describe('the programs of the documentation', { timeout: 120_000 }, () => {
  const whole = programs.filter(({ isFragment }) => !isFragment)
  let ran = { code: 1, printed: new Map() }
  beforeAll(async () => {
    ran = await project.runPrograms(whole.map(({ file }) => file))
  }, 120_000)

  test('are right in their types', async () => {
    expect(await project.checkTypes()).toEqual({ code: 0, output: '' })
  })

  test.for(whole)('$place prints what the page says', ({ file, output }) => {
    expect(ran.printed.get(file)).toBe(output)
  })

  test('let their process end, without an error', () => {
    expect(programs.length).toBeGreaterThan(20)
    expect(ran.code).toBe(0)
  })
})

describe('the pages of the documentation', () => {
  const others = globSync(['docs/api/*.md', 'apps/*/README.md'], { cwd: root }).toSorted()
  const pages = [...documents, 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...others]
  const anchors = new Map()
  const anchorsOf = (page) => {
    if (!anchors.has(page)) anchors.set(page, new Set(readAnchors(read(page))))
    return anchors.get(page)
  }

  test.for(pages)('%s links to what is there', (page) => {
    const dead = readLinks(read(page)).filter((link) => {
      const [path, anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).has(anchor))
    })
    expect(dead).toEqual([])
  })

  test.for(documents)('%s has blocks only of kinds that are checked', (document) => {
    for (const { language, note, line } of readBlocks(read(document))) {
      expect(['ts', 'js', 'text', 'sh'], `line ${line}`).toContain(language)
      expect(['', 'fragment'], `line ${line}`).toContain(note)
    }
  })
})
