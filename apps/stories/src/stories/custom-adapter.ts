// An adapter of one's own: vectors in a SQLite file. The contract of its port, sentence by sentence, says whether it is
// done, and finds a mistake that nobody would notice for weeks. Then a semantic cache uses it.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createRuntime, defineTool, type VectorIndex } from '@headrace/core'
import { semantic } from '@headrace/core/semantic'
import { fakeEmbedder, testVectorIndex } from '@headrace/testing'
import { z } from 'zod'

type Index = VectorIndex & { close(): void }

// ---- the adapter ----
function sqliteVectorIndex(path: string): Index {
  const db = new DatabaseSync(path)
  db.exec(`PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS vectors
    (bucket TEXT, id TEXT, vector BLOB, expires_at REAL, PRIMARY KEY (bucket, id))`)
  const all = db.prepare('SELECT id, vector FROM vectors WHERE bucket = ? AND expires_at > ?')
  const write = db.prepare('REPLACE INTO vectors VALUES (?, ?, ?, ?)')
  const erase = db.prepare('DELETE FROM vectors WHERE bucket = ? AND id = ?')
  return {
    supports: { approximate: false, persistent: true },
    search(bucket, vector, { now, limit, floor }) {
      const searched = unit(vector)
      const found = all.all(bucket, now).flatMap(({ id, vector: bytes }) => {
        const similarity = Math.max(0, dot(searched, toVector(bytes as Uint8Array)))
        return similarity >= floor && similarity > 0 ? { id: String(id), similarity } : []
      })
      return found.toSorted((one, other) => other.similarity - one.similarity).slice(0, limit)
    },
    add: (bucket, id, vector, expiresAt) => void write.run(bucket, id, toBytes(unit(vector)), expiresAt),
    remove: (bucket, ids) => ids.forEach((id) => void erase.run(bucket, id)),
    close: () => db.close(),
  }
}

const toBytes = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength)
const toVector = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer)
const dot = (one: Float32Array, other: Float32Array): number =>
  Math.min(
    1,
    one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0),
  )

/** As long as one, so that the product of two is their cosine; nothing but zeros stays that. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((value) => value / length)
}

// ---- its contract ----
const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
async function brokenSentences(open: (path: string) => Index): Promise<string[]> {
  const create = () => {
    const path = join(mkdtempSync(join(folder, 'index-')), 'vectors.db')
    const store = open(path)
    return { store, reopen: () => open(path), dispose: () => store.close() }
  }
  const sentences: { sentence: string; run: () => Promise<void> }[] = []
  testVectorIndex(
    { create },
    { describe: (_title, register) => register(), it: (sentence, run) => void sentences.push({ sentence, run }) },
  )
  const broken: string[] = []
  for (const { sentence, run } of sentences) await run().catch(() => broken.push(sentence))
  console.log(`${sentences.length} sentences, ${broken.length} broken`)
  return broken
}
assert.deepEqual(await brokenSentences(sqliteVectorIndex), [])
const forgetful = await brokenSentences((path) => {
  const index = sqliteVectorIndex(path)
  return { ...index, search: (bucket, vector, options) => index.search(bucket, vector, { ...options, now: 0 }) }
})
console.log(`  the same without a look at the clock: ${forgetful.join('; ')}`)
assert(forgetful.some((sentence) => sentence.includes('expiresAt')))

// ---- at work ----
const embedder = fakeEmbedder({ synonyms: [['Which bills of shop 12 are paid?', 'Which bills has shop 12 paid?']] })
const index = sqliteVectorIndex(join(folder, 'cache.db'))
const ask = defineTool({
  name: 'ask',
  description: 'Answers a question about bills',
  inputSchema: z.object({ question: z.string() }),
  annotations: { readOnlyHint: true },
  policy: {
    cache: { ttl: 60_000, scope: 'shared', fields: { question: 'fuzzy' }, semantic: semantic({ embedder, index }) },
  },
  execute: () => ['A1', 'A3'],
})
const runtime = createRuntime({ tools: [ask] })
await runtime.call(ask, { question: 'Which bills of shop 12 are paid?' })
const { meta } = await runtime.call(ask, { question: 'Which bills has shop 12 paid?' }).result()
console.log(`the same question in other words: ${meta.cache?.layer ?? 'not found'}`)
assert.equal(meta.cache?.layer, 'semantic')
await runtime.close()
index.close()
rmSync(folder, { recursive: true })
