/** `parley listen`: live captions of the microphone, a file played in real time, or standard input. */
import { createReadStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { AudioFrame } from '../audio/frame.ts'
import { VoiceError } from '../errors.ts'
import { captions } from './captions.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
} from './command.ts'
import { type HearingOptions, startFor, withHearingOptions } from './hearing.ts'
import { findRecorder, record, recorderNames } from './microphone.ts'
import type { Terminal } from './terminal.ts'

interface Options extends SettingsOptions, HearingOptions {
  readonly file?: string
}

interface Source {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Whether it comes faster than it is spoken. */
  readonly recorded: boolean
  readonly says: string
}

const open = async (file: string | undefined, terminal: Terminal, signal: AbortSignal): Promise<Source> => {
  if (file === '-') return { bytes: terminal.input, recorded: false, says: 'standard input' }
  if (file !== undefined) return { bytes: createReadStream(file), recorded: true, says: file }
  const recorder = await findRecorder(terminal.env.PATH ?? '')
  if (recorder)
    return { bytes: record(recorder, signal), recorded: false, says: `the microphone (${recorder.program})` }
  if (!terminal.inputIsTty) return { bytes: terminal.input, recorded: false, says: 'standard input' }
  throw new VoiceError(
    'unavailable',
    `No program that records is here: install one of ${recorderNames.join(', ')}, or name a recording with --file.`,
  )
}

/** Lets each frame through when it would have been spoken. */
async function* paced(frames: AsyncIterable<AudioFrame>, signal: AbortSignal): AsyncGenerator<AudioFrame> {
  const begun = performance.now()
  for await (const frame of frames) {
    const dueMs = frame.startMs + (frame.samples.length * 1000) / frame.sampleRate
    const waitMs = begun + dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    yield frame
  }
}

const listenTo = async (options: Options, { terminal, fail }: Context): Promise<void> => {
  const settings = settingsFor(options, terminal)
  const log = quietLog(settings, terminal)
  const [{ openEngines }, { decodeAudio }, { listen }] = await Promise.all([
    import('../server/engines.ts'),
    import('../media/decode.ts'),
    import('../listening/listen.ts'),
  ])
  await interruptible(async (signal, exitCode) => {
    const engines = openEngines(settings, log)
    try {
      const { bytes, recorded, says } = await open(options.file, terminal, signal)
      const start = startFor(options)
      const { settings: wishes, engine, warning } = await engines.listenSettings(start)
      if (warning) terminal.err(`${terminal.paint('yellow', 'note:')} ${warning}\n`)
      terminal.err(`Listening to ${says} with ${engine}. Ctrl-C ends it.\n`)
      const frames = decodeAudio(bytes, { format: start.format, signal })
      const show = captions(terminal)
      for await (const heard of listen(recorded ? paced(frames, signal) : frames, { ...wishes, signal, log }))
        show(heard)
      // What the last partial left on the line stays readable.
      if (signal.aborted && terminal.outIsTty) terminal.out('\n')
    } finally {
      await engines.close()
      if (signal.aborted) fail(exitCode())
    }
  })
}

/** `parley listen`. */
export const listenCommand = (context: Context): Command =>
  withHearingOptions(
    commandWithSettings(
      'listen',
      'live captions of the microphone, a recording or standard input',
      'parley listen\nparley listen --file talk.mp3\narecord -q -t raw -f S16_LE -r 16000 -c 1 | parley listen --file -',
    ),
  )
    .option('--file <file>', 'a recording, played in real time; - for standard input')
    .action((options: Options) => listenTo(options, context))
