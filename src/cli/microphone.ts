/** The microphone, through whichever recording program this machine has. */
import { execFile, spawn } from 'node:child_process'
import { VoiceError } from '../errors.ts'
import { findOnPath } from './find-on-path.ts'

/** A program that records, and what makes it write 16 kHz 16-bit mono samples to its standard output. */
export interface Recorder {
  readonly program: string
  readonly file: string
  readonly arguments: readonly string[]
}

const recorders: readonly Omit<Recorder, 'file'>[] = [
  { program: 'pw-record', arguments: ['--raw', '--rate', '16000', '--channels', '1', '--format', 's16', '-'] },
  { program: 'parec', arguments: ['--raw', '--rate=16000', '--channels=1', '--format=s16le', '--latency-msec=40'] },
  { program: 'arecord', arguments: ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', '16000', '-c', '1', '-'] },
  {
    program: 'sox',
    arguments: ['-q', '-d', '-t', 'raw', '-r', '16000', '-e', 'signed-integer', '-b', '16', '-L', '-c', '1', '-'],
  },
  {
    program: 'ffmpeg',
    arguments: [
      ...['-loglevel', 'error', '-nostdin', '-fflags', 'nobuffer'],
      ...(process.platform === 'darwin' ? ['-f', 'avfoundation', '-i', ':default'] : ['-f', 'alsa', '-i', 'default']),
      ...['-ac', '1', '-ar', '16000', '-f', 's16le', '-'],
    ],
  },
]

/** The programs that are looked for, in this order. */
export const recorderNames: readonly string[] = recorders.map(({ program }) => program)

const helpMentions = (program: string, word: string): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(program, ['--help'], { timeout: 2000 }, (_, out, err) => resolve(`${out}${err}`.includes(word)))
  })

/** The first recording program on the search path `path`, or undefined. */
export const findRecorder = async (path: string): Promise<Recorder | undefined> => {
  for (const recorder of recorders) {
    const file = await findOnPath(recorder.program, path)
    if (file === undefined) continue
    // Before it had this option, it wrote another format to its standard output.
    if (recorder.program === 'pw-record' && !(await helpMentions(file, '--raw'))) continue
    return { ...recorder, file }
  }
  return undefined
}

/**
 * What the microphone hears, as bytes, until the signal aborts. Throws `unavailable` with the program's own words when
 * it cannot record.
 */
export async function* record(
  { program, file, arguments: words }: Recorder,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = (): void => void child.kill()
  signal.addEventListener('abort', stop, { once: true })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-500)
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      complaint = error.message
      resolve(1)
    })
    child.once('close', resolve)
  })
  try {
    if (!signal.aborted) yield* child.stdout
    stop()
    const code = await ended
    if (!signal.aborted && code !== 0 && code !== null) {
      const reason = complaint.trim().split('\n').at(-1) || `it ended with code ${code}`
      throw new VoiceError('unavailable', `${program} cannot record: ${reason}`)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
    await ended
  }
}
