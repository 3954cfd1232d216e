import { commandStep } from './command.mjs'
import { packedSteps } from './packed-steps.mjs'
import { serversStep } from './servers-step.mjs'
import { sizeStep } from './size-step.mjs'
import { vitestStep } from './vitest-step.mjs'
import { listPackages } from './workspace.mjs'

const typeSteps = () => [
  commandStep('types', 'tsc', ['-p', 'tsconfig.packages.json']),
  commandStep('types of apps', 'tsc', ['-p', 'tsconfig.apps.json']),
]

const lintSteps = () => [
  commandStep('lint', 'oxlint', ['--type-aware', '--deny-warnings', '.']),
  commandStep('format', 'biome', ['check', '--max-diagnostics=200', '.']),
  commandStep('boundaries', 'turbo', ['boundaries']),
  commandStep('unused', 'knip', []),
  commandStep('versions', 'sherif', []),
]

// The pages in docs/api are what the comments in the sources say.
const referenceStep = () => commandStep('reference', 'node', ['tools/reference/main.mjs', '--check'])

const buildStep = () => commandStep('build', 'turbo', ['run', 'build', '--output-logs=errors-only'])

// Each app has a script `check` that exits non-zero when a fact of its own is wrong.
const appSteps = () =>
  listPackages('apps').map(({ path, manifest }) =>
    commandStep(manifest.name, 'pnpm', ['run', 'check'], { cwd: path, needs: 'servers' }),
  )

/**
 * What each command of the repository runs, in the order in which it begins. Unit tests take longest; what stands behind
 * them uses one processor at most, and lint, which uses all, comes late: tests end when they take too long.
 */
export const plans = {
  check: () => [buildStep(), ...typeSteps(), referenceStep(), ...lintSteps()],
  test: () => [
    serversStep('redis', 'redis8'),
    buildStep(),
    vitestStep('unit', { limitMs: 600_000, needs: 'servers' }),
    ...typeSteps(),
    ...packedSteps(),
    ...appSteps(),
    referenceStep(),
    ...lintSteps(),
    vitestStep('type tests', { project: 'types' }),
    sizeStep(),
  ],
  full: () => [
    serversStep('redis', 'redis8', 'prometheus', 'promtool'),
    vitestStep('full', { limitMs: 890_000, needs: 'servers' }),
  ],
}
