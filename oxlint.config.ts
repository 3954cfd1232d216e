import { defineConfig } from 'oxlint'

// Which folders of packages/core/src a folder may import. Each policy is a module of its own and knows no other policy.
const coreModules = {
  options: [],
  json: [],
  errors: [],
  call: ['errors'],
  ports: ['call', 'errors'],
  'policies/*': ['options', 'json', 'call', 'errors', 'ports'],
  tool: ['options', 'call', 'errors', 'ports', 'policies'],
  registry: ['call', 'errors', 'tool'],
  dispatch: ['call', 'errors', 'tool', 'registry'],
  memory: ['options', 'json', 'call', 'errors', 'ports', 'policies'],
  scope: ['call', 'errors'],
  audit: ['options', 'json', 'call', 'errors', 'ports', 'scope'],
  jobs: ['options', 'json', 'call', 'errors', 'ports', 'scope'],
}
const runtime = [...Object.keys(coreModules).filter((name) => name !== 'policies/*'), 'policies']
// Entries of their own that nothing else loads: their users alone pay for what is behind them.
const jsonSchema = ['call', 'errors', 'tool', 'dispatch']
const semantic = ['options', 'json', 'call', 'errors', 'ports', 'policies']

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

const directions = Object.entries({ ...coreModules, runtime, 'json-schema': jsonSchema, semantic }).flatMap(
  ([module, allowed]) => [0, 1, 2].map((depth) => direction(module, allowed, depth)),
)

const tests = ['**/*.test.ts', '**/test/**', '**/*.test.mjs']
const typeTests = ['**/*.test-d.ts']

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    // A PendingCall that nobody awaits is no mistake: it never is an unhandled rejection.
    'typescript/no-floating-promises': ['error', { allowForKnownSafePromises: ['PendingCall'] }],
    // Each of these also refuses code that is right here; the reason stands beside it.
    'consistent-return': 'off', // an exhaustive switch needs no default
    'import/no-named-as-default-member': 'off', // fc.string() is how fast-check is written
    'no-shadow': 'off', // names of parameters in function types
    'typescript/no-unnecessary-type-arguments': 'off', // a default that is written out can be a statement
    'typescript/no-unsafe-type-assertion': 'off', // unknown input has to be narrowed somewhere
    'typescript/unbound-method': 'off', // functions of our interfaces work when destructured
    'unicorn/consistent-function-scoping': 'off', // a small function reads best where it is used
    'unicorn/no-array-fill-with-reference-type': 'off',
    'unicorn/no-array-sort': 'off', // sorting a fresh array in place is the fast way
    'unicorn/no-new-array': 'off',
    'unicorn/require-post-message-target-origin': 'off', // messages between threads have none
    'vitest/require-mock-type-parameters': 'off',
    'unicorn/no-useless-spread': 'off', // a loop over a copy may change the original
  },
  overrides: [
    ...directions,
    {
      files: [...tests, ...typeTests],
      rules: {
        'typescript/await-thenable': 'off', // `await undefined` lets microtasks run
        'typescript/no-extraneous-class': 'off', // classes as hostile input
        'typescript/no-misused-spread': 'off',
        'unicorn/no-thenable': 'off', // thenables as hostile input
        'vitest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'fc.assert', 'assert*', 'hold*'] }],
        'vitest/no-standalone-expect': 'off', // expectations of fixtures
      },
    },
    { files: typeTests, rules: { 'vitest/expect-expect': 'off' } },
  ],
})
