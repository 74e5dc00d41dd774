/** Decoding by an ffmpeg process, for what this server has no decoder for. Never required. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { WavReader } from '../audio/wav.ts'
import { VoiceError } from '../errors.ts'
import type { Block } from './block.ts'
import type { MediaKind } from './sniff.ts'

/** What ffmpeg is asked to read, by its own names. It is never left to guess: some of its formats name other files. */
const formats: Readonly<Partial<Record<MediaKind, string>>> = {
  wav: 'wav',
  mp2: 'mp3',
  aac: 'aac',
  aiff: 'aiff',
  caf: 'caf',
  amr: 'amr',
  asf: 'asf',
  'ogg-other': 'ogg',
}

const names: Readonly<Partial<Record<MediaKind, string>>> = {
  wav: 'this kind of WAV',
  mp2: 'MPEG audio of layer I or II',
  aac: 'AAC',
  aiff: 'AIFF',
  caf: 'CAF',
  amr: 'AMR',
  asf: 'WMA',
  'ogg-other': 'this kind of Ogg',
}

/** The exit code with which a shell or the loader says that a program cannot be run. */
const cannotRun = 127

const findFfmpeg = async (): Promise<string | undefined> => {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const file = join(folder, 'ffmpeg')
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return file
  }
  return undefined
}

/** Decodes a stream of one kind. Throws `unsupported` where there is no ffmpeg. */
export async function* ffmpegBlocks(
  kind: MediaKind,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Block, void> {
  const format = formats[kind]
  const program = await findFfmpeg()
  if (!format || !program)
    throw new VoiceError(
      'unsupported',
      `This server has no decoder for ${names[kind] ?? 'this kind of audio'}; installing ffmpeg on it brings one.`,
    )
  const input = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-protocol_whitelist', 'pipe', '-f', format]
  const output = ['-map', '0:a:0', '-f', 'wav', '-c:a', 'pcm_s16le', 'pipe:1']
  // Of the server's environment, which holds keys, only what a program needs to be found and started.
  const { PATH, LD_LIBRARY_PATH } = process.env
  const child = spawn(program, [...input, '-i', 'pipe:0', ...output], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH, ...(LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH }) },
  })
  const exited = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? 0))
    child.once('error', () => resolve(cannotRun))
  })
  // A broken pipe means that ffmpeg has ended, which the end of its output tells.
  child.stdin.on('error', () => {})
  const reader = bytes[Symbol.asyncIterator]()
  let failure: { readonly error: unknown } | undefined
  const feed = async (): Promise<void> => {
    try {
      for (let next = await reader.next(); !next.done; next = await reader.next()) {
        if (child.stdin.destroyed) break
        if (!child.stdin.write(next.value)) await Promise.race([once(child.stdin, 'drain').catch(() => {}), exited])
      }
    } catch (error) {
      failure = { error }
    }
    child.stdin.end()
  }
  void feed()
  const end = (): void => {
    child.kill('SIGKILL')
  }
  signal.addEventListener('abort', end, { once: true })
  try {
    const wav = new WavReader()
    for await (const chunk of child.stdout) {
      const channels = wav.push(chunk as Uint8Array)
      if (wav.format && channels[0] && channels[0].length > 0) yield { sampleRate: wav.format.sampleRate, channels }
    }
    if (failure) throw failure.error
    if ((await exited) === cannotRun) throw new VoiceError('unavailable', 'The ffmpeg of this server does not start.')
  } finally {
    signal.removeEventListener('abort', end)
    end()
    await exited
    void Promise.resolve(reader.return?.()).catch(() => {})
  }
}
