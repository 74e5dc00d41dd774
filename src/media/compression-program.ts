/** MP3 and AAC: which program writes them here, and what it is told. Their encoders' licences let them run only as processes. */
import { basename } from 'node:path'
import { VoiceError } from '../errors.ts'
import { findProgram, type Program } from './program.ts'

/** What only programs write. */
export type ProgramFormat = 'mp3' | 'aac'

const rates: Readonly<Record<ProgramFormat, readonly number[]>> = {
  mp3: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
  aac: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
}

/** The lowest rate of the format that loses nothing of this one. */
export const programRate = (format: ProgramFormat, sampleRate: number): number =>
  rates[format].find((rate) => rate >= sampleRate) ?? 48_000

/** MP3 allows so much at a rate, in bits in a second. */
const mostBits = (sampleRate: number): number =>
  sampleRate >= 32_000 ? 320_000 : sampleRate >= 16_000 ? 160_000 : 64_000

interface Wish {
  readonly sampleRate: number
  readonly bitRate: number
  readonly cacheDir: string | undefined
}

interface Found {
  readonly program: Program
  readonly args: readonly string[]
}

const lameArgs = ({ sampleRate, bitRate }: Wish): readonly string[] => [
  ...['--quiet', '-r', '-s', String(sampleRate / 1000), '--bitwidth', '16', '--signed', '--little-endian'],
  // No header with the length, which nobody knows yet; no waiting for a full buffer.
  ...['-m', 'm', '--resample', String(sampleRate / 1000), '-t', '--noreplaygain', '--flush'],
  ...['--cbr', '-b', String(Math.round(bitRate / 1000)), '-', '-'],
]

const ffmpegArgs = (format: ProgramFormat, { sampleRate, bitRate }: Wish): readonly string[] => [
  ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-protocol_whitelist', 'pipe'],
  ...['-probesize', '32', '-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0'],
  ...['-b:a', String(bitRate), '-flush_packets', '1', '-fflags', '+bitexact'],
  ...(format === 'mp3'
    ? ['-c:a', 'libmp3lame', '-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3']
    : ['-c:a', 'aac', '-f', 'adts']),
  'pipe:1',
]

const least: Readonly<Record<ProgramFormat, number>> = { mp3: 8000, aac: 12_000 }

/** The program that writes this format, and its arguments. Throws `unavailable` with the command that brings one. */
export const compressionProgram = async (format: ProgramFormat, wish: Wish): Promise<Found> => {
  const most = format === 'mp3' ? mostBits(wish.sampleRate) : 256_000
  const fitting = { ...wish, bitRate: Math.max(least[format], Math.min(most, wish.bitRate)) }
  const lame = format === 'mp3' ? await findProgram('lame', wish.cacheDir) : undefined
  if (lame) return { program: lame, args: lameArgs(fitting) }
  const ffmpeg = await findProgram('ffmpeg')
  if (ffmpeg) return { program: ffmpeg, args: ffmpegArgs(format, fitting) }
  throw new VoiceError(
    'unavailable',
    format === 'mp3'
      ? 'This server cannot write MP3 yet: `npm run setup` brings the program for it. Or ask for wav, flac, opus or pcm.'
      : 'This server cannot write AAC: `apt-get install ffmpeg` on it brings the program for it. Or ask for opus, mp3, flac, wav or pcm.',
    { param: 'response_format' },
  )
}

/** The names of the programs that would write each of these formats now; undefined where none is here. */
export const compressionPrograms = async (
  cacheDir: string,
): Promise<Readonly<Record<ProgramFormat, string | undefined>>> => {
  const named = async (format: ProgramFormat): Promise<string | undefined> => {
    const found = await compressionProgram(format, { sampleRate: 24_000, bitRate: 64_000, cacheDir }).catch(
      () => undefined,
    )
    return found && basename(found.program.file)
  }
  return { mp3: await named('mp3'), aac: await named('aac') }
}
