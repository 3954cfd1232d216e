import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const conditions = ['@headrace/source', 'module', 'node', 'development|production']
const full = ['packages/*/test/**/*.full.test.ts']

// Files that start servers and processes take long and say nothing of it by their size: the last worker must not be left
// alone with one of them.
const takesLong = /\/packages\/(redis|mcp)\/test\/|\/docs\.test\.mjs$/

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification): boolean => takesLong.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          isolate: false, // loading core anew for each of some 300 files took four fifths of the time
          maxWorkers: Math.max(3, availableParallelism()), // many files wait: for servers, processes, a real clock
          testTimeout: 15_000, // ends what hangs; a test of how long something takes measures the processor's time
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
        test: {
          name: 'full',
          include: full,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          maxWorkers: 1, // they measure how long calls take: one at a time
          sequence: { groupOrder: 1 },
        },
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
