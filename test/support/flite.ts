/** Speech made from text by flite, for tests that need words of their own choosing. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { parseWav } from '../../src/audio/wav.ts'

/** flite's voices at 16 kHz. The recognizer reads `rms` back best. */
export type Voice = 'rms' | 'slt' | 'awb' | 'kal16'

/** Text spoken by a voice, at 16 kHz. Rejects when it takes longer than `limitMs`. */
export const synthesize = async (text: string, voice: Voice = 'rms', limitMs = 20_000): Promise<AudioFrame> => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-flite-'))
  try {
    await runFlite(['-voice', voice, '-t', text, '-o', '/out/speech.wav'], folder, limitMs)
    return { ...parseWav(await readFile(join(folder, 'speech.wav'))), startMs: 0 }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const runFlite = (args: readonly string[], folder: string, limitMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('flite-worker.mjs', import.meta.url), {
      workerData: { args, folder },
      // Node warns that WASI is experimental.
      execArgv: ['--no-warnings'],
      stdout: true,
      stderr: true,
    })
    const timer = setTimeout(() => void worker.terminate(), limitMs)
    let status: unknown
    worker.on('message', (value) => {
      status = value
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      clearTimeout(timer)
      if (status === 0) resolve()
      else
        reject(new Error(status === undefined ? `flite took longer than ${limitMs} ms` : `flite ended with ${status}`))
    })
  })
