/** A statement for the thread. */
export interface StatementMessage {
  readonly id: number
  readonly sql: string
  readonly maxRows: number
}

/** What a statement gave. */
export interface QueryResult {
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** There are more rows than were asked for. */
  readonly truncated: boolean
}

/** Why PostgreSQL refused a statement. */
export interface StatementFault {
  readonly message: string
  /** The SQLSTATE. */
  readonly code: string | undefined
  readonly hint: string | undefined
}

/** What the thread answers. */
export type ThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly id: number; readonly result: QueryResult }
  | { readonly type: 'fault'; readonly id: number; readonly fault: StatementFault }
