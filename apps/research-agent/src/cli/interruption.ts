/** Somebody pressed Ctrl-C, or asked the process to end; or the time that the app gives itself is over. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** A signal that is aborted by SIGINT and SIGTERM, and after `limitMs`. A second Ctrl-C ends the process at once. */
export function watchInterruption(limitMs?: number): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const interrupt = (reason: Interruption): void => {
    if (controller.signal.aborted) process.exit(reason.exitCode)
    controller.abort(reason)
  }
  const onInterrupt = (): void => interrupt(new Interruption('interrupted', 130))
  const onTerminate = (): void => interrupt(new Interruption('asked to end', 143))
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  const timeUp = (): void => interrupt(new Interruption(`not done after ${(limitMs ?? 0) / 1000} s`, 1))
  const timer = limitMs === undefined ? undefined : setTimeout(timeUp, limitMs)
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer)
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
    },
  }
}
