import { defineConfig } from 'oxlint'

// Which folders of packages/core/src a folder may import. Each policy is a module of its own and knows no other policy.
const coreModules = {
  errors: [],
  call: ['errors'],
  tool: ['call', 'errors'],
  ports: ['call', 'errors'],
  registry: ['call', 'errors', 'tool'],
  dispatch: ['call', 'errors', 'tool', 'registry'],
  'policies/*': ['call', 'errors', 'ports'],
  memory: ['call', 'errors', 'ports', 'policies'],
  scope: ['call', 'errors'],
  audit: ['call', 'errors', 'ports', 'scope'],
  jobs: ['call', 'errors', 'ports', 'scope'],
}
const runtimeImports = [...Object.keys(coreModules).filter((name) => name !== 'policies/*'), 'policies']

/** Holds the files of a module, `depth` folders below its own, to what the module may import. */
function direction(module: string, allowed: readonly string[], depth: number) {
  const leaves = '../'.repeat(depth + 1)
  const toSource = leaves + '../'.repeat(module.split('/').length - 1)
  const group = [`${leaves}**`, ...allowed.map((name) => `!${toSource}${name}/**`), '@headrace/**']
  const message = `core/src/${module} may import ${allowed.join(', ') || 'no other folder'} of core, and nothing else of it.`
  return {
    files: [`packages/core/src/${module}/${'*/'.repeat(depth)}*.ts`],
    excludeFiles: ['**/*.test.ts', '**/*.test-d.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] as const },
  }
}

const directions = Object.entries({ ...coreModules, runtime: runtimeImports }).flatMap(([module, allowed]) =>
  [0, 1, 2].map((depth) => direction(module, allowed, depth)),
)

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  rules: {
    'typescript/no-unsafe-type-assertion': 'off', // too strict where unknown input is parsed
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  },
  overrides: directions,
})
