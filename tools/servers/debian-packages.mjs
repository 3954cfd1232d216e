import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isThere, output } from './command.mjs'
import { programOf, serversFolder } from './servers.mjs'

const machines = {
  x64: { libraries: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { libraries: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
}

/**
 * Unpacks a server and the libraries it needs out of Debian packages into the servers' folder. The system stays as it is:
 * nothing is installed, no daemon starts, and no rights are needed. apt checks the signatures as always.
 * @param {string} name
 * @param {{ suite: string, packages: readonly string[], program: string }} server
 */
export function unpackDebianServer(name, { suite, packages, program }) {
  const machine = process.platform === 'linux' ? machines[process.arch] : undefined
  if (!machine) throw new Error(`there are Debian packages for Linux, not for ${process.platform}-${process.arch}`)
  if (!isThere('apt-get') || !isThere('dpkg-deb')) throw new Error('there is no apt here')
  mkdirSync(serversFolder, { recursive: true })
  const work = mkdtempSync(join(serversFolder, `${name}-`))
  try {
    download(work, suite, packages)
    const root = join(work, 'root')
    for (const file of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
      output('dpkg-deb', ['-x', join(work, file), root])
    }
    const kept = join(serversFolder, `${name}.root`)
    rmSync(kept, { recursive: true, force: true })
    renameSync(root, kept)
    writeLauncher(name, { root: kept, program, machine })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Downloads with a state of apt's own, so that the system's lists and sources are not touched. */
function download(work, suite, packages) {
  const inside = (path) => join(work, path)
  for (const path of ['state/lists/partial', 'cache/archives/partial', 'none'])
    mkdirSync(inside(path), { recursive: true })
  writeFileSync(inside('status'), '')
  writeFileSync(inside('sources.list'), `deb ${signedBy()}${mirror()} ${suite} main\n`)
  writeFileSync(
    inside('apt.conf'),
    [
      `Dir::State "${inside('state')}";`,
      `Dir::State::status "${inside('status')}";`,
      `Dir::Cache "${inside('cache')}";`,
      `Dir::Etc::sourcelist "${inside('sources.list')}";`,
      `Dir::Etc::sourceparts "${inside('none')}";`,
      `Dir::Etc::preferencesparts "${inside('none')}";`,
      'Acquire::Languages "none";',
      'Acquire::Retries "3";',
      'APT::Sandbox::User "root";', // the folder may be closed to apt's own user
    ].join('\n'),
  )
  const options = { cwd: work, env: { ...process.env, APT_CONFIG: inside('apt.conf') } }
  output('apt-get', ['update', '-qq'], options)
  output('apt-get', ['download', '-qq', ...packages], options)
}

/** The Debian mirror that apt is set up with. */
function mirror() {
  const listed = output('apt-get', ['indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'])
  const found = listed
    .split('\n')
    .map((line) => line.split(' '))
    .find(([uri = '', suite = '']) => /debian\/?$/.test(uri) && !suite.endsWith('-security'))
  if (!found) throw new Error('apt is set up with no Debian mirror')
  return found[0]
}

function signedBy() {
  const keyring = ['gpg', 'pgp']
    .map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`)
    .find((path) => existsSync(path))
  return keyring ? `[signed-by=${keyring}] ` : ''
}

/** A script that starts the program with the libraries that it was unpacked with. */
function writeLauncher(name, { root, program, machine }) {
  const folders = ['usr/lib', 'lib'].map((folder) => join(folder, machine.libraries))
  const loader = folders.map((folder) => join(folder, machine.loader)).find((path) => existsSync(join(root, path)))
  if (!loader) throw new Error(`the packages of ${name} hold no ${machine.loader}`)
  const libraries = folders.map((folder) => `$root/${folder}`).join(':')
  const script = `#!/bin/sh
root="\${0%/*}/${basename(root)}"
exec "$root/${loader}" --library-path "${libraries}" "$root/${program}" "$@"
`
  rmSync(programOf(name), { force: true }) // it may be a link to a program of the system
  writeFileSync(programOf(name), script)
  chmodSync(programOf(name), 0o755)
}
