/** What a reader of bytes is given for `[DONE]`, which the SDK's own streams do not show. */
export const streamDone: unique symbol = Symbol('[DONE]')
