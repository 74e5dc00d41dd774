/** Decoding by an ffmpeg process, for what this server has no decoder for. Never required. */
import { WavReader } from '../audio/wav.ts'
import { VoiceError } from '../errors.ts'
import type { Block } from './block.ts'
import { findProgram, throughProgram } from './program.ts'
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

/** Decodes a stream of one kind. Throws `unsupported` where there is no ffmpeg. */
export async function* ffmpegBlocks(
  kind: MediaKind,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Block, void> {
  const format = formats[kind]
  const program = await findProgram('ffmpeg')
  if (!format || !program)
    throw new VoiceError(
      'unsupported',
      `This server has no decoder for ${names[kind] ?? 'this kind of audio'}; installing ffmpeg on it brings one.`,
    )
  const input = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-protocol_whitelist', 'pipe', '-f', format]
  const output = ['-map', '0:a:0', '-f', 'wav', '-c:a', 'pcm_s16le', 'pipe:1']
  const wav = new WavReader()
  for await (const chunk of throughProgram(program, [...input, '-i', 'pipe:0', ...output], bytes, { signal })) {
    const channels = wav.push(chunk)
    if (wav.format && channels[0] && channels[0].length > 0) yield { sampleRate: wav.format.sampleRate, channels }
  }
}
