export { ToolReplyError } from './tool-reply-error.ts'
export { type WrapToolsOptions, wrapTools } from './wrap-tools.ts'
