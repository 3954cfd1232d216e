import type { Check } from './check.ts'

/** Counts rejections that nobody handled: there must be none. */
export function watchRejections(): { check(): Check; stop(): void } {
  const seen: unknown[] = []
  const listener = (reason: unknown): void => {
    seen.push(reason)
  }
  process.on('unhandledRejection', listener)
  return {
    check: () => ({
      name: 'no stray rejection',
      isRight: seen.length === 0,
      detail: seen.length === 0 ? 'none' : seen.map(String).join('; '),
    }),
    stop: () => void process.off('unhandledRejection', listener),
  }
}
