/** flite in WebAssembly, one run at a time, with its files and what it prints in memory. Runs in a worker thread only. */
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim'

/** What is used of WebAssembly: Node's type definitions leave it out. */
interface WebAssemblyApi {
  Instance: new (module: object, imports: object) => { exports: { memory: never; _start: () => unknown } }
}

const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi }

/** What a run gave. */
export interface Run {
  readonly printed: string
  /** A RIFF WAVE file, if one was asked for. */
  readonly wav: Uint8Array | undefined
}

/** Name of the file for `-o`; anything else is refused. */
export const outputFile = '/out/speech.wav'

/** A program that can run once. Made ahead, since that takes about as long as to speak a short phrase. */
const prepare = (module: object): ((args: readonly string[]) => Run) => {
  const printed: string[] = []
  const print = new ConsoleStdout((bytes) => printed.push(Buffer.from(bytes).toString('latin1')))
  const out = new PreopenDirectory('/out', new Map())
  const input = new OpenFile(new File([]))
  const wasi = new WASI([], [], [input, print, new ConsoleStdout(() => {}), out], { debug: false })
  const instance = new wasm.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport })
  return (args) => {
    wasi.args = ['flite', ...args]
    const status = wasi.start(instance)
    const file = out.dir.contents.get('speech.wav')
    if (status !== 0) throw new Error(`flite ended with ${status}.`)
    return { printed: printed.join(''), wav: file instanceof File ? file.data : undefined }
  }
}

/** Runs flite with other arguments each time, on a program that is prepared after the run before. */
export class Flite {
  readonly #module: object
  #next: ((args: readonly string[]) => Run) | undefined

  constructor(module: object) {
    this.#module = module
  }

  /** Gets the next run ready. */
  prepare(): void {
    this.#next ??= prepare(this.#module)
  }

  run(args: readonly string[]): Run {
    this.prepare()
    const run = this.#next!
    this.#next = undefined
    return run(args)
  }
}
