/** Makes a controller that was asked for late: where what it tells of has ended already, it is aborted. */
export function lateController(ended: { readonly reason: unknown } | undefined): AbortController {
  const controller = new AbortController()
  if (ended !== undefined) controller.abort(ended.reason)
  return controller
}
