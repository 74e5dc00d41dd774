/** `parley transcribe`: recordings → their transcripts. */
import { createReadStream } from 'node:fs'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { type Command, Option } from 'commander'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { ListenStart } from '../listening/commands.ts'
import { gather, type Hearing } from '../protocols/hearing.ts'
import type { OpenEngines } from '../server/engines.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
  UsageError,
} from './command.ts'
import { type HearingOptions, startWithKnown, withHearingOptions, withKnownSpeakers } from './hearing.ts'
import { byteProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'
import { type Format, formats, render } from './transcript.ts'

interface Options extends SettingsOptions, HearingOptions {
  readonly format: Format
  readonly words?: boolean
  readonly output?: string
  readonly splitChannels?: boolean
}

interface Heard {
  readonly engine: string
  readonly warning: string | undefined
  /** One, or one for each channel. */
  readonly hearings: readonly Hearing[]
}

/** The bytes of a file or of standard input, counted on a progress bar. */
const open = async (
  file: string,
  terminal: Terminal,
): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly done: () => void }> => {
  if (file === '-') return { bytes: terminal.input, done: () => {} }
  try {
    const { size } = await stat(file)
    return byteProgress(createReadStream(file), { total: size, label: basename(file), shown: terminal.errIsTty })
  } catch (error) {
    throw new VoiceError('invalid_request', 'there is no such file.', { cause: error })
  }
}

const outputFile = (folder: string, file: string, channel: number | undefined, format: Format): string => {
  const name = file === '-' ? 'standard-input' : basename(file, extname(file))
  const part = channel === undefined ? '' : `-channel-${channel}`
  return join(folder, `${name}${part}.${format === 'text' ? 'txt' : format}`)
}

const transcribeFiles = async (files: readonly string[], options: Options, context: Context): Promise<void> => {
  const { terminal, fail } = context
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('Standard input can be read only once.')
  const subtitles = options.format === 'srt' || options.format === 'vtt'
  if ((files.length > 1 || options.splitChannels) && subtitles && options.output === undefined) {
    throw new UsageError(`Several transcripts as ${options.format} need a folder: --output <folder>.`)
  }
  if (options.profile && subtitles) throw new UsageError('Subtitles have no place for --profile: use text or json.')
  const settings = settingsFor(options, terminal)
  const log = quietLog(settings, terminal)
  const [{ openEngines }, { transcribe, transcribeChannels }] = await Promise.all([
    import('../server/engines.ts'),
    import('../server/transcribe.ts'),
  ])
  if (options.output !== undefined) await mkdir(options.output, { recursive: true })

  const hear = async (
    file: string,
    {
      engines,
      start,
      signal,
    }: { readonly engines: OpenEngines; readonly start: ListenStart; readonly signal: AbortSignal },
  ): Promise<Heard> => {
    const { bytes, done } = await open(file, terminal)
    try {
      const parts = { engines, start, signal, log }
      if (options.splitChannels) {
        const { engine, warning, channels } = await transcribeChannels(bytes, parts)
        return { engine, warning, hearings: channels }
      }
      const { engine, warning, events } = await transcribe(bytes, parts)
      return { engine, warning, hearings: [await gather(events)] }
    } finally {
      done()
    }
  }

  await interruptible(async (signal, exitCode) => {
    const engines = openEngines(settings, log)
    try {
      const start = await startWithKnown(options, signal)
      for (const file of files) {
        try {
          const { engine, warning, hearings } = await hear(file, { engines, start, signal })
          if (signal.aborted) break
          const { format, words = false, profile = false, splitChannels = false } = options
          const several = files.length > 1 || splitChannels
          if (warning) terminal.err(`${terminal.paint('yellow', 'note:')} ${warning}\n`)
          for (const [index, hearing] of hearings.entries()) {
            const channel = splitChannels ? index + 1 : undefined
            const name = channel === undefined ? file : `${file} (channel ${channel})`
            const text = render({ file: name, engine, hearing, format, words, profile, several })
            if (options.output === undefined) terminal.out(text)
            else await writeFile(outputFile(options.output, file, channel, format), text)
          }
        } catch (error) {
          // The other files still get their turn; what is missing on this machine is missing for all.
          const problem = asVoiceError(error)
          if (problem.code === 'internal' || problem.code === 'unavailable' || problem.code === 'unknown_model')
            throw error
          terminal.err(`${terminal.paint('red', 'error:')} ${file}: ${problem.message}\n`)
          fail(1)
        }
      }
    } finally {
      await engines.close()
      if (signal.aborted) fail(exitCode())
    }
  })
}

/** `parley transcribe`. */
export const transcribeCommand = (context: Context): Command =>
  withKnownSpeakers(
    withHearingOptions(
      commandWithSettings(
        'transcribe',
        'write down what is said in recordings',
        'parley transcribe talk.mp3\nparley transcribe --known Anna=anna.wav --known Ben=ben.wav meeting.wav\nparley transcribe --format srt --output subtitles *.ogg\nffmpeg -i film.mkv -f wav - | parley transcribe --words -',
      ),
    ),
  )
    .argument('<file...>', 'recordings: WAV, MP3, Ogg, FLAC and more; - for standard input')
    .addOption(new Option('--format <format>', 'what to write').choices(formats).default('text'))
    .option('--words', 'also the time of each word')
    .option('--profile', 'also what the voice is like, turn by turn: pitch, style, emotion and so on')
    .option('--split-channels', 'each channel as a recording of its own, such as the two sides of a call')
    .option('--output <folder>', 'write each transcript into a file there')
    .action((files: readonly string[], options: Options) => transcribeFiles(files, options, context))
