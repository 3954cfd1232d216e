import type { BreakerPolicy, CallResult } from '@headrace/core'

/** The breaker that all tools of a server share: one key, and a tool that reports its own failure is no sign of it. */
export function breakerOf(server: string): BreakerPolicy {
  return { key: () => `mcp:${server}`, classify: classifyRemote }
}

/** As the core judges, but that a server which answers with an error is alive. */
function classifyRemote(result: CallResult): 'success' | 'failure' | 'ignored' {
  if (result.status !== 'error') return 'success'
  const { code, details } = result.error
  if (details.answered === true) return 'success'
  if (code === 'TIMEOUT') return 'failure'
  if (code === 'OUTPUT_INVALID' || details.blame === 'caller') return 'ignored'
  const { status } = details
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 ? 'ignored' : 'failure'
}
