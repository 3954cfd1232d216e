import { findDocument } from '../../project/find-document.ts'
import type { InstalledPackage } from '../../project/installed-package.ts'

/** The tables, as PostgreSQL makes them. */
export const createTables = `
  create table packages (
    id text primary key,
    name text not null,
    version text not null,
    kind text not null,
    license text not null,
    description text not null,
    bytes bigint not null,
    files integer not null,
    engines text,
    repository text,
    install_script boolean not null,
    readme text,
    changelog text
  );
  create table dependencies (
    package_id text not null references packages,
    name text not null,
    range text not null,
    kind text not null,
    resolved_id text
  );
  create index on packages (name);
  create index on dependencies (resolved_id);
  create role reader;
  grant select on all tables in schema public to reader;
`

/** The tables, as a model or a person is told of them. */
export const tablesForReaders = [
  "packages (id 'name@version', name, version, kind 'installed' | 'workspace', license, description, bytes, files, engines, repository, install_script, readme, changelog: paths, null where it ships none)",
  "dependencies (package_id, name, range, kind 'runtime' | 'peer' | 'optional' | 'development', resolved_id: the id of the installed package, or null)",
].join('; ')

/** A statement that fills a table from one JSON parameter. */
export interface Fill {
  readonly sql: string
  readonly rows: readonly object[]
}

/** What fills the tables with the packages of a project. */
export function fillTables(packages: readonly InstalledPackage[]): readonly Fill[] {
  const dependencies = packages.flatMap(({ id, dependencies: declared }) =>
    declared.map(({ resolved, ...rest }) => ({ ...rest, package_id: id, resolved_id: resolved })),
  )
  return [
    {
      sql: `insert into packages select * from json_populate_recordset(null::packages, $1)`,
      rows: packages.map((one) => ({
        ...one,
        install_script: one.hasInstallScript,
        readme: findDocument(one, 'readme'),
        changelog: findDocument(one, 'changelog'),
      })),
    },
    {
      sql: `insert into dependencies select * from json_populate_recordset(null::dependencies, $1)`,
      rows: dependencies,
    },
  ]
}
