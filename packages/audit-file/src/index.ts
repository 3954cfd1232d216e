export { type FileAuditLog, fileAuditLog } from './file-audit-log.ts'
export type { FileAuditLogOptions } from './file-audit-log-options.ts'
