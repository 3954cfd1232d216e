import { appendCases } from '../../../src/contracts/audit-log/append-cases.ts'
import { readCases } from '../../../src/contracts/audit-log/read-cases.ts'
import { expectBroken } from '../expect-broken.ts'
import { brokenAppendLogs } from './broken-append.ts'
import { brokenReadLogs } from './broken-read.ts'

expectBroken(appendCases, brokenAppendLogs)
expectBroken(readCases, brokenReadLogs)
