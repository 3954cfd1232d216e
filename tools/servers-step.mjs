import { run } from './command.mjs'

/**
 * A step that gets the servers of the tests. One that cannot be had here is said loudly and its tests are skipped; on CI
 * it is a failure.
 * @param {readonly string[]} names
 */
export function serversStep(...names) {
  return {
    name: 'servers',
    run: async () => {
      const { code, output } = await run('node', ['tools/servers/install.mjs', ...names])
      if (code === 0) return { passed: 1, failed: 0, skipped: 0, output }
      if (process.env.CI === 'true') return { passed: 0, failed: 1, skipped: 0, output }
      console.log(`${output.trimEnd()}\nThe tests that need it are skipped.\n`)
      return { passed: 0, failed: 0, skipped: 1, output, note: 'not all servers can be had here' }
    },
  }
}
