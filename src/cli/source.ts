/** Where a command hears from: the microphone, a recording played in real time, or standard input. */
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AudioFrame } from '../audio/frame.ts'
import { VoiceError } from '../errors.ts'
import { findRecorder, record, recorderNames } from './microphone.ts'
import type { Terminal } from './terminal.ts'

export interface Source {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Whether it comes faster than it is spoken. */
  readonly recorded: boolean
  readonly says: string
}

/** Opens a recording (`-`: standard input), else the microphone. Throws `unavailable` where nothing can record. */
export const openSource = async (
  file: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Source> => {
  if (file === '-') return { bytes: terminal.input, recorded: false, says: 'standard input' }
  if (file !== undefined) return { bytes: await contentOf(file), recorded: true, says: file }
  const recorder = await findRecorder(terminal.env.PATH ?? '')
  if (recorder)
    return { bytes: record(recorder, signal), recorded: false, says: `the microphone (${recorder.program})` }
  if (!terminal.inputIsTty) return { bytes: terminal.input, recorded: false, says: 'standard input' }
  throw new VoiceError(
    'unavailable',
    `No program that records is here: install one of ${recorderNames.join(', ')}, or name a recording with --file.`,
  )
}

/** The bytes of a file. Throws `invalid_request` where it cannot be read. */
const contentOf = async (name: string): Promise<AsyncIterable<Uint8Array>> => {
  const refuse = (why: string, cause?: Error) => new VoiceError('invalid_request', `${name} ${why}.`, { cause })
  const file = await open(name).catch((cause: Error) => {
    throw refuse('cannot be read', cause)
  })
  if (!(await file.stat()).isDirectory()) return file.createReadStream()
  await file.close()
  throw refuse('is a folder')
}

/** Lets each frame through when it would have been spoken. */
export async function* paced(frames: AsyncIterable<AudioFrame>, signal: AbortSignal): AsyncGenerator<AudioFrame> {
  const begun = performance.now()
  for await (const frame of frames) {
    const dueMs = frame.startMs + (frame.samples.length * 1000) / frame.sampleRate
    const waitMs = begun + dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    yield frame
  }
}
