import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the servers of this working copy stand: one program per name, which the tests' fixtures start. */
export const serversFolder = fileURLToPath(new URL('../../.servers', import.meta.url))

/** @param {string} name */
export const programOf = (name) => join(serversFolder, name)

const redisMajor = (version) => Number(/v=(\d+)\./.exec(version)?.[1])
const redisPackages =
  'redis-server redis-tools libc6 libgcc-s1 libstdc++6 libatomic1 libjemalloc2 liblzf1 libsystemd0 libcap2 libzstd1'.split(
    ' ',
  )

/**
 * What each server is, how one on PATH is recognised, and where else it comes from: Debian packages that are unpacked
 * beside the system, the package of apt, the formula of brew.
 */
export const servers = {
  redis: {
    title: 'Redis 7',
    command: 'redis-server',
    accepts: (version) => redisMajor(version) === 7,
    debian: {
      suite: 'bookworm',
      packages: [...redisPackages, 'libssl3', 'libgcrypt20', 'libgpg-error0', 'liblzma5', 'liblz4-1'],
      program: 'usr/bin/redis-server',
    },
    apt: 'redis-server',
  },
  redis8: {
    title: 'Redis 8',
    command: 'redis-server',
    accepts: (version) => redisMajor(version) >= 8,
    debian: {
      suite: 'trixie',
      packages: [...redisPackages, 'libssl3t64', 'zlib1g'],
      program: 'usr/bin/redis-server',
    },
    brew: 'redis',
  },
  prometheus: {
    title: 'Prometheus',
    command: 'prometheus',
    accepts: (version) => version.includes('prometheus'),
    debian: { suite: 'trixie', packages: ['prometheus', 'libc6'], program: 'usr/bin/prometheus' },
    brew: 'prometheus',
  },
  promtool: {
    title: 'promtool',
    command: 'promtool',
    accepts: (version) => version.includes('promtool'),
    debian: { suite: 'trixie', packages: ['promtool', 'libc6'], program: 'usr/bin/promtool' },
    brew: 'prometheus',
  },
}
