import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root, run } from './command.mjs'
import { readPrograms } from './docs/read-markdown.mjs'
import { readPrinted } from './docs/user-project.mjs'
import { temporaryFolder } from './temporary-folder.mjs'

/**
 * A step that holds the packages to the oldest Node that their manifests allow. In a folder where they are installed it
 * loads them with that Node, and runs every program of the documentation whose imports are installed there.
 */
export function oldestNodeStep({ manifests, consumer, needs }) {
  return {
    name: 'oldest node',
    needs,
    run: async () => {
      const [major, ...others] = new Set(manifests.map(({ engines }) => engines.node.replace(/^>=(\d+)$/, '$1')))
      if (others.length > 0)
        return failure(`the packages differ in the oldest Node they run on: ${[major, ...others].join(', ')}`)
      const provided = await provideNode(major)
      if (provided.node === undefined) return failure(provided.output)
      const loaded = await run(provided.node, ['load.js'], { cwd: consumer })
      if (loaded.code !== 0) return failure(loaded.output)
      return runPrograms(provided.node, consumer)
    },
  }
}

const failure = (output) => ({ passed: 0, failed: 1, skipped: 0, output })

/** Installs a Node of this major version from the package that the pinned one comes from. */
async function provideNode(major) {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const name = Object.keys(optionalDependencies).find((known) => known.endsWith(`${process.platform}-${process.arch}`))
  if (name === undefined) return { output: `no package has a Node for ${process.platform}-${process.arch}` }
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const flags = ['--prefix', folder, '--no-audit', '--no-fund', '--prefer-offline']
  const { code, output } = await run('npm', ['install', ...flags, `${name}@${major}`], { cwd: folder })
  return code === 0 ? { node: join(folder, 'node_modules', name, 'bin', 'node') } : { output }
}

async function runPrograms(node, consumer) {
  const programs = programsFor(consumer)
  for (const { file, code } of programs) writeFileSync(join(consumer, file), code)
  const runner = fileURLToPath(new URL('docs/run-programs.mjs', import.meta.url))
  const flags = ['--disable-warning=ExperimentalWarning', runner]
  const { code, output } = await run(node, [...flags, ...programs.map(({ file }) => file)], { cwd: consumer })
  const printed = readPrinted(output)
  const wrong = programs.filter((program) => printed.get(program.file) !== program.output)
  if (code !== 0 || wrong.length > 0) {
    return failure([`not as the pages say: ${wrong.map(({ place }) => place).join(', ')}`, output].join('\n'))
  }
  return { passed: 1, failed: 0, skipped: 0, output: '', note: `${programs.length} programs of the documentation` }
}

/** The whole programs of all pages that import nothing but what is installed in the folder. */
function programsFor(consumer) {
  const pages = globSync(['README.md', 'docs/*.md', 'packages/*/README.md'], { cwd: root }).toSorted()
  return pages
    .flatMap((page) =>
      readPrograms(readFileSync(join(root, page), 'utf8')).map(({ code, line, language, ...program }) => ({
        ...program,
        code,
        place: `${page}:${line}`,
        file: `${page.replaceAll(/\W+/g, '-')}-${line}.${language}`,
      })),
    )
    .filter(({ isFragment, code }) => !isFragment && importsOf(code).every((name) => isThere(consumer, name)))
}

function importsOf(code) {
  return Array.from(code.matchAll(/from '((?:@[^/']+\/)?[^/']+)/g), ({ 1: name }) => name)
}

const isThere = (consumer, name) => name.startsWith('node:') || existsSync(join(consumer, 'node_modules', name))
