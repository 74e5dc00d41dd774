/** flite in WebAssembly, one run at a time, with its files and what it prints in memory. Runs in a worker thread only. */
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim'

interface Instance {
  readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly _start: () => unknown }
}

/** What is used of WebAssembly: Node's type definitions leave it out. */
interface WebAssemblyApi {
  Instance: new (module: object, imports: object) => Instance
}

const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyApi }

/** What a run gave. */
export interface Run {
  readonly printed: string
  /** A RIFF WAVE file, if one was asked for. */
  readonly wav: Uint8Array | undefined
}

const folder = '/out'
const fileName = 'speech.wav'
/** For `-o`; flite can write nowhere else. */
export const outputFile = `${folder}/${fileName}`

/** The program, as it is before its first run: it takes far less time to put its memory back than to make another. */
class Program {
  readonly #wasi: WASI
  readonly #instance: Instance
  readonly #pristine: Uint8Array
  readonly #out = new PreopenDirectory(folder, new Map())
  #printed: string[] = []

  constructor(module: object) {
    const print = new ConsoleStdout((bytes) => this.#printed.push(Buffer.from(bytes).toString('latin1')))
    const files = [new OpenFile(new File([])), print, new ConsoleStdout(() => {}), this.#out]
    this.#wasi = new WASI([], [], files, { debug: false })
    this.#instance = new wasm.Instance(module, { wasi_snapshot_preview1: this.#wasi.wasiImport })
    this.#pristine = new Uint8Array(this.#instance.exports.memory.buffer).slice()
  }

  run(args: readonly string[]): Run {
    this.#wasi.args = ['flite', ...args]
    const status = this.#wasi.start(this.#instance as Parameters<WASI['start']>[0])
    if (status !== 0) throw new Error(`flite ended with ${status}.`)
    const file = this.#out.dir.contents.get(fileName)
    return { printed: this.#printed.join(''), wav: file instanceof File ? file.data : undefined }
  }

  /** Nothing of a run is left for the next. */
  reset(): void {
    const memory = new Uint8Array(this.#instance.exports.memory.buffer)
    memory.set(this.#pristine)
    memory.fill(0, this.#pristine.length)
    this.#out.dir.contents.clear()
    this.#printed = []
  }
}

/** Runs flite with other arguments each time. */
export class Flite {
  readonly #module: object
  #program: Program | undefined
  #used = false

  constructor(module: object) {
    this.#module = module
  }

  /** Gets the next run ready. */
  prepare(): void {
    this.#program ??= new Program(this.#module)
    if (this.#used) this.#program.reset()
    this.#used = false
  }

  run(args: readonly string[]): Run {
    this.prepare()
    const program = this.#program!
    // After a failure nobody knows what state it is in.
    this.#program = undefined
    const run = program.run(args)
    this.#program = program
    this.#used = true
    return run
  }
}
