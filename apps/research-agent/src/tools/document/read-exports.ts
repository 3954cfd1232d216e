import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync, type StaticExportEntry } from 'oxc-parser'

/** What a module of type declarations gives to those who import it. */
export interface ModuleExports {
  /** Sorted; `default` and `export =` (CommonJS) as they are. */
  readonly names: readonly string[]
  /** Files that were read. */
  readonly files: number
  /** Other packages of which it exports everything. */
  readonly from: readonly string[]
}

export interface ReadExportsOptions {
  readonly maxFiles: number
  readonly onFile?: ((files: number) => void) | undefined
}

/** Reads the exports of a .d.ts file, and of the files of the same package of which it exports everything. */
export function readExports(entry: string, { maxFiles, onFile }: ReadExportsOptions): ModuleExports {
  const names = new Set<string>()
  const from = new Set<string>()
  const seen = new Set([entry])
  for (const file of seen) {
    onFile?.(seen.size)
    const { module, program } = parseSync(file, readFileSync(file, 'utf8'), { lang: 'dts' })
    for (const exported of module.staticExports.flatMap(({ entries }) => entries)) {
      const target = starTarget(exported)
      if (target === undefined) names.add(nameOf(exported))
      else if (!target.startsWith('.')) from.add(target)
      else if (seen.size < maxFiles) add(seen, resolveTypes(dirname(file), target))
    }
    for (const name of assignedNames(program.body)) names.add(name)
  }
  return { names: [...names].toSorted(), files: seen.size, from: [...from] }
}

function add(files: Set<string>, file: string | undefined): void {
  if (file !== undefined) files.add(file)
}

/** The module of an `export * from`; undefined of any other export. */
function starTarget({ importName, exportName, moduleRequest }: StaticExportEntry): string | undefined {
  // The kinds are const enums of a native module: at run time there are only their texts.
  const [imported, exported]: readonly string[] = [importName.kind, exportName.kind]
  const isStar = imported === 'AllButDefault' || (imported === 'All' && exported === 'None')
  return isStar ? moduleRequest?.value : undefined
}

function nameOf({ exportName }: StaticExportEntry): string {
  return exportName.name ?? 'default'
}

/** `./a.js` is declared in `./a.d.ts`, `./a.mjs` in `./a.d.mts`, `./a` in `./a.d.ts` or `./a/index.d.ts`. */
function resolveTypes(directory: string, target: string): string | undefined {
  const bare = join(directory, target.replace(/(\.d)?\.([cm]?)[jt]s$/, ''))
  const kind = /\.([cm])[jt]s$/.exec(target)?.[1] ?? ''
  const candidates = [`${bare}.d.${kind}ts`, `${bare}.d.ts`, join(bare, 'index.d.ts'), join(directory, target)]
  return candidates.find((candidate) => /\.[cm]?ts$/.test(candidate) && existsSync(candidate))
}

type Statement = ReturnType<typeof parseSync>['program']['body'][number]

/** Of `export = x`: that form, and what a namespace of the same name declares. */
function assignedNames(body: readonly Statement[]): string[] {
  const assigned = body.find((statement) => statement.type === 'TSExportAssignment')
  if (assigned === undefined || assigned.expression.type !== 'Identifier')
    return assigned === undefined ? [] : ['export =']
  const { name } = assigned.expression
  return ['export =', ...body.flatMap((statement) => (namespaceName(statement) === name ? membersOf(statement) : []))]
}

function namespaceName(statement: Statement): string | undefined {
  if (statement.type !== 'TSModuleDeclaration' || statement.id.type !== 'Identifier') return undefined
  return statement.id.name
}

function membersOf(statement: Statement): string[] {
  if (statement.type !== 'TSModuleDeclaration' || statement.body?.type !== 'TSModuleBlock') return []
  return statement.body.body.flatMap((member) => {
    const declared = member.type === 'ExportNamedDeclaration' ? member.declaration : member
    if (declared === null) return []
    const named = declared.type === 'VariableDeclaration' ? declared.declarations : [declared]
    return named.flatMap((one) => ('id' in one && one.id?.type === 'Identifier' ? [one.id.name] : []))
  })
}
