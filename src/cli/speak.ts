/** `parley speak`: text → speech, into a file or to the loudspeaker. */
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { type Command, Option } from 'commander'
import { wavHeader } from '../audio/wav.ts'
import { VoiceError } from '../errors.ts'
import { type SpeechFormat, speechFormats } from '../protocols/openai-audio/speech.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
  UsageError,
} from './command.ts'
import { findPlayer, Loudspeaker, playerNames } from './player.ts'
import type { Terminal } from './terminal.ts'

interface Options extends SettingsOptions {
  readonly output?: string
  readonly voice: string
  readonly language: string
  readonly format?: SpeechFormat
  readonly speed: number
  readonly rate: number
}

/** Where the bytes go. */
interface Sink {
  readonly write: (bytes: Uint8Array) => Promise<void>
  readonly end: () => Promise<void>
  readonly stop: () => void
}

const endings: Readonly<Record<string, SpeechFormat>> = { ogg: 'opus', raw: 'pcm' }

/** What the file's name says it is, where the options do not. */
const formatOf = (file: string, asked: SpeechFormat | undefined): SpeechFormat => {
  const ending = extname(file).slice(1).toLowerCase()
  const known = asked ?? speechFormats.find((format) => format === ending) ?? endings[ending]
  if (known) return known
  throw new UsageError(
    `What is ${file} to be? Give it an ending of ${speechFormats.join(', ')}, or name one with --format.`,
  )
}

const fileSink = async (name: string, format: SpeechFormat, sampleRate: number): Promise<Sink> => {
  const file = await open(name, 'w').catch((cause: Error) => {
    throw new VoiceError('invalid_request', `${name} cannot be written: ${cause.message}.`, { cause })
  })
  const header = format === 'wav' ? wavHeader(sampleRate).length : 0
  let length = header
  return {
    write: async (bytes) => {
      await file.write(bytes, 0, bytes.length, length)
      length += bytes.length
    },
    end: async () => {
      // Now the length is known.
      if (header > 0) await file.write(wavHeader(sampleRate, length - header), 0, header, 0)
      await file.close()
    },
    stop: () => {},
  }
}

const playerSink = async (terminal: Terminal, sampleRate: number): Promise<Sink> => {
  const player = await findPlayer(terminal.env.PATH ?? '')
  if (!player)
    throw new VoiceError(
      'unavailable',
      `No program that plays is here: install one of ${playerNames.join(', ')}, or name a file with --output.`,
    )
  const speaker = new Loudspeaker(player, sampleRate)
  return {
    write: async (bytes) => speaker.play(bytes),
    end: () => speaker.finish(),
    stop: () => speaker.stop(),
  }
}

/** The words of the command line, or standard input as it comes. */
async function* textOf(words: readonly string[], input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  if (words.length > 0 && words.join(' ') !== '-') {
    yield words.join(' ')
    return
  }
  const decoder = new TextDecoder()
  for await (const bytes of input) yield decoder.decode(bytes, { stream: true })
  yield decoder.decode()
}

const number = (name: string, least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new UsageError(`--${name} must be a number from ${least} to ${most}.`)
  return value
}

const speakWords = async (words: readonly string[], options: Options, { terminal, fail }: Context): Promise<void> => {
  const { output, voice, language, speed, rate } = options
  if (words.length === 0 ? terminal.inputIsTty : words.join('').trim() === '')
    throw new UsageError('What is to be said? Give a text, or pipe one in.')
  const format = output === undefined ? 'pcm' : formatOf(output, options.format)
  const settings = settingsFor(options, terminal)
  const log = quietLog(settings, terminal)
  const [{ openEngines }, { speech }] = await Promise.all([
    import('../server/engines.ts'),
    import('../server/speech.ts'),
  ])
  await interruptible(async (signal, exitCode) => {
    const engines = openEngines(settings, log)
    let sink: Sink | undefined
    try {
      const { engine, chunks } = await speech(
        {
          script: textOf(words, terminal.input),
          voice: { voice, model: '', language },
          speed,
          // The header is written once the length is known.
          format: format === 'wav' ? 'pcm' : format,
          sampleRate: rate,
          cut: 'clauses',
        },
        { engines, cacheDir: settings.cacheDir, signal, log },
      )
      sink = await (output === undefined ? playerSink(terminal, rate) : fileSink(output, format, rate))
      let audioMs = 0
      for await (const chunk of chunks) {
        audioMs = chunk.audioMs
        if (chunk.bytes.length > 0) await sink.write(chunk.bytes)
      }
      if (signal.aborted) sink.stop()
      else if (output !== undefined)
        terminal.err(`${(audioMs / 1000).toFixed(1)} s of speech by ${engine} in ${output}.\n`)
    } finally {
      await sink?.end()
      await engines.close()
      if (signal.aborted) fail(exitCode())
    }
  })
}

/** `parley speak`. */
export const speakCommand = (context: Context): Command =>
  commandWithSettings(
    'speak',
    'say a text aloud, or into a file',
    'parley speak "Good morning."\nparley speak --voice rms -o hello.mp3 "Hello there."\ncat story.txt | parley speak --speed 1.2',
  )
    .argument('[text...]', 'what to say; without it, or as -, standard input')
    .option('-o, --output <file>', 'write the speech there; the ending says how')
    .option('--voice <name>', 'a voice of this server, or a name of OpenAI or Inworld', '')
    .option('--language <code>', 'language of the text, such as de', '')
    .addOption(new Option('--format <format>', 'how the file is written').choices(speechFormats))
    .option('--speed <factor>', '0.25 to 4', number('speed', 0.25, 4), 1)
    .option('--rate <hertz>', 'sample rate, 8000 to 48000', number('rate', 8000, 48_000), 24_000)
    .action((words: readonly string[], options: Options) => speakWords(words, options, context))
