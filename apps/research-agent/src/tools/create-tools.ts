import type { InstalledPackage } from '../project/installed-package.ts'
import { changesTool } from './document/changes-tool.ts'
import { exportsTool } from './document/exports-tool.ts'
import { sectionsTool } from './document/sections-tool.ts'
import { factsTool, filesTool, provenanceTool } from './metadata/metadata-tools.ts'
import { indexPackages } from './package-index.ts'
import type { SearchIndex } from './search/build-search-index.ts'
import { searchTool } from './search/search-tool.ts'
import type { Database } from './sql/database.ts'
import { queryTool } from './sql/query-tool.ts'

/** What the tools work on. */
export interface ToolBackends {
  readonly packages: readonly InstalledPackage[]
  readonly database: Database
  readonly searchIndex: SearchIndex
  readonly serviceUrl: string
}

/** All tools of the agent. */
export function createTools({ packages: installed, database, searchIndex, serviceUrl }: ToolBackends) {
  const packages = indexPackages(installed)
  const client = { serviceUrl, packages }
  return [
    queryTool(database),
    searchTool(searchIndex),
    sectionsTool(packages),
    changesTool(packages),
    exportsTool(packages),
    factsTool(client),
    filesTool(client),
    provenanceTool(client),
  ] as const
}
