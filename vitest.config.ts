import { defineConfig } from 'vitest/config'

const conditions = ['@headrace/source', 'module', 'node', 'development|production']
const full = ['packages/*/test/**/*.full.test.ts']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          isolate: false, // loading core anew for each of some 300 files took four fifths of the time
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'apps/*/{src,test}/**/*.test.ts',
            'benchmarks/src/**/*.test.ts',
            'tools/*.test.mjs',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', ...full],
        },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/test/**/*.test-d.ts'],
            tsconfig: 'tsconfig.type-tests.json',
            ignoreSourceErrors: true, // the sources have a check of their own
          },
        },
      },
      {
        extends: true,
        test: { name: 'full', include: full, testTimeout: 600_000, hookTimeout: 120_000 },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
})
