import type { NameRule } from '@headrace/bridge'

/** What both APIs take as the name of a function. */
export const openAiNames: NameRule = { allowed: /[A-Za-z0-9_-]/, maxLength: 64 }
