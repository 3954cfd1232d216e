export { type HeadraceMiddlewareOptions, headraceMiddleware } from './middleware/headrace-middleware.ts'
export { type WrapToolsOptions, wrapTools } from './tools/wrap-tools.ts'
