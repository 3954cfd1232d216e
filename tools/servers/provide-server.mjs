import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isThere, output } from './command.mjs'
import { unpackDebianServer } from './debian-packages.mjs'
import { programOf, servers, serversFolder } from './servers.mjs'

/**
 * Sees to it that a server stands in the servers' folder and gives its version. What is there stays; else one of PATH is
 * linked; else it is unpacked from Debian packages, or installed by apt (as root) or by brew.
 * @param {string} name
 * @param {(text: string) => void} say progress
 */
export function provideServer(name, say) {
  const present = versionAt(name, programOf(name)) ?? linkFromPath(name)
  if (present) return present
  const reasons = []
  for (const { way, provide } of ways(name)) {
    say(`${way} …`)
    try {
      provide()
      const version = versionAt(name, programOf(name)) ?? linkFromPath(name)
      if (version) return version
      reasons.push(`${way}: what came is no ${servers[name].title}`)
    } catch (error) {
      reasons.push(`${way}: ${error.message}`)
    }
  }
  throw new Error(reasons.join('\n'))
}

function ways(name) {
  const { debian, apt, brew } = servers[name]
  const all = [
    {
      way: `unpacking Debian's packages of ${debian.suite} beside the system`,
      provide: () => unpackDebianServer(name, debian),
    },
  ]
  if (apt && isThere('apt-get')) all.push({ way: `installing ${apt} by apt`, provide: () => installByApt(apt) })
  if (brew && isThere('brew')) {
    all.push({ way: `installing ${brew} by brew`, provide: () => output('brew', ['install', brew]) })
  }
  return all
}

/** The first line of its version, if it runs and is what the name stands for. */
function versionAt(name, program) {
  if (!existsSync(program)) return undefined
  try {
    const version = output(program, ['--version']).split('\n')[0]
    return servers[name].accepts(version) ? version : undefined
  } catch {
    return undefined // it does not run here: as good as missing
  }
}

function linkFromPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(folder, servers[name].command)
    const version = versionAt(name, program)
    if (!version) continue
    mkdirSync(serversFolder, { recursive: true })
    rmSync(programOf(name), { force: true })
    symlinkSync(program, programOf(name))
    return version
  }
  return undefined
}

// The package would start a daemon on a machine with an init system; the policy keeps it from that.
const aptScript = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' >"$policy" && chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"
`

function installByApt(wanted) {
  const script = ['sh', '-c', aptScript, 'sh', wanted]
  if (process.getuid?.() === 0) return output(script[0], script.slice(1))
  if (!isThere('sudo')) throw new Error('this needs root, and there is no sudo')
  return output('sudo', ['-n', ...script])
}
