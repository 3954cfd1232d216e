/** The body of a streamed response, split anywhere. */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>
