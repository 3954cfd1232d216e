import { commandStep } from './command.mjs'
import { packedSteps } from './packed-steps.mjs'
import { serversStep } from './servers-step.mjs'
import { sizeStep } from './size-step.mjs'
import { vitestStep } from './vitest-step.mjs'
import { listPackages } from './workspace.mjs'

const staticSteps = () => [
  commandStep('build', 'turbo', ['run', 'build', '--output-logs=errors-only']),
  commandStep('types', 'turbo', ['run', 'typecheck', '--output-logs=errors-only', '--continue']),
  commandStep('format', 'biome', ['check', '--max-diagnostics=200', '.']),
  commandStep('lint', 'oxlint', ['--type-aware', '--deny-warnings', '.']),
  commandStep('boundaries', 'turbo', ['boundaries']),
  commandStep('unused', 'knip', []),
  commandStep('versions', 'sherif', []),
]

// Each app has a script `check` that exits non-zero when a fact of its own is wrong.
const appSteps = () =>
  listPackages('apps').map(({ path, manifest }) => commandStep(manifest.name, 'pnpm', ['run', 'check'], { cwd: path }))

/** What each command of the repository runs, in order. */
export const plans = {
  check: staticSteps,
  test: () => [
    serversStep('redis', 'redis8'),
    ...staticSteps(),
    vitestStep('unit', { limitMs: 480_000 }),
    vitestStep('type tests', { project: 'types' }),
    ...appSteps(),
    ...packedSteps(),
    sizeStep(),
  ],
  full: () => [serversStep('redis', 'redis8', 'prometheus'), vitestStep('full', { limitMs: 890_000 })],
}
