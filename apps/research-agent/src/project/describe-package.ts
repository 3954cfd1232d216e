import { z } from 'zod'
import type { DependencyKind, InstalledPackage } from './installed-package.ts'

const text = z.string()
const record = z.record(z.string(), z.unknown())
const ranges = z.record(z.string(), z.string())

/** A dependency as declared, before anyone looked whether it is installed. */
export interface DeclaredDependency {
  readonly name: string
  readonly range: string
  readonly kind: DependencyKind
}

/** What a package.json tells by itself. */
export type PackageDescription = Pick<
  InstalledPackage,
  'name' | 'version' | 'license' | 'description' | 'engines' | 'repository' | 'homepage' | 'hasInstallScript' | 'types'
> & { readonly declared: readonly DeclaredDependency[] }

/** Reads the facts of a package.json in all the forms that exist; undefined where it has no name. */
export function describePackage(manifest: Readonly<Record<string, unknown>>): PackageDescription | undefined {
  const name = text.safeParse(manifest.name).data
  if (!name) return undefined
  return {
    name,
    version: text.safeParse(manifest.version).data ?? '0.0.0',
    license: licenseOf(manifest),
    description: text.safeParse(manifest.description).data ?? '',
    engines: text.safeParse(recordOf(manifest.engines).node).data,
    repository: repositoryOf(manifest.repository),
    homepage: text.safeParse(manifest.homepage).data,
    hasInstallScript: ['preinstall', 'install', 'postinstall'].some((name) => name in recordOf(manifest.scripts)),
    types: typesOf(manifest),
    declared: declaredIn(manifest),
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return record.safeParse(value).data ?? {}
}

function licenseOf(manifest: Readonly<Record<string, unknown>>): string {
  const { license, licenses } = manifest
  const several = Array.isArray(licenses) ? licenses : [licenses]
  const names = [license, ...several].flatMap((value) => text.safeParse(value).data ?? recordOf(value).type ?? [])
  const known = z.array(text).safeParse(names).data ?? []
  return known.length > 1 ? `(${known.join(' OR ')})` : (known[0] ?? 'UNKNOWN')
}

function repositoryOf(value: unknown): string | undefined {
  const url = text.safeParse(value).data ?? text.safeParse(recordOf(value).url).data
  return url?.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** As TypeScript does: `exports` win over `types`. */
function typesOf(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const { exports, types, typings } = manifest
  return typesIn(recordOf(exports)['.'] ?? exports, 0) ?? text.safeParse(types ?? typings).data
}

/** The first type declarations that a package's `exports` lead to. */
function typesIn(target: unknown, depth: number): string | undefined {
  if (typeof target === 'string') return /\.d\.[cm]?ts$/.test(target) ? target : undefined
  if (depth > 6) return undefined
  const conditions = recordOf(target)
  const direct = typesIn(conditions.types, depth + 1)
  if (direct !== undefined) return direct
  for (const [condition, nested] of Object.entries(conditions)) {
    const found = condition.startsWith('.') ? undefined : typesIn(nested, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function declaredIn(manifest: Readonly<Record<string, unknown>>): DeclaredDependency[] {
  const optional = ranges.safeParse(manifest.optionalDependencies).data ?? {}
  const runtime = ranges.safeParse(manifest.dependencies).data ?? {}
  const groups: readonly (readonly [DependencyKind, Readonly<Record<string, string>>])[] = [
    ['runtime', runtime],
    ['optional', optional],
    ['peer', ranges.safeParse(manifest.peerDependencies).data ?? {}],
    ['development', ranges.safeParse(manifest.devDependencies).data ?? {}],
  ]
  return groups.flatMap(([kind, group]) =>
    Object.entries(group)
      .filter(([name]) => kind !== 'runtime' || !(name in optional)) // npm lists an optional one in both
      .map(([name, range]) => ({ name, range, kind })),
  )
}
