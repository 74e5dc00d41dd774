/** `parley listen`: live captions of the microphone, a file played in real time, or standard input. */
import type { Command } from 'commander'
import { captions } from './captions.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
} from './command.ts'
import { type HearingOptions, startWithKnown, withHearingOptions, withKnownSpeakers } from './hearing.ts'
import { openSource, paced } from './source.ts'

interface Options extends SettingsOptions, HearingOptions {
  readonly file?: string
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
      const { bytes, recorded, says } = await openSource(options.file, terminal, signal)
      const start = await startWithKnown(options, signal)
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
  withKnownSpeakers(
    withHearingOptions(
      commandWithSettings(
        'listen',
        'live captions of the microphone, a recording or standard input',
        'parley listen\nparley listen --file talk.mp3\narecord -q -t raw -f S16_LE -r 16000 -c 1 | parley listen --file -',
      ),
    ),
  )
    .option('--file <file>', 'a recording, played in real time; - for standard input')
    .option('--profile', 'also what the voice is like, while it speaks')
    .action((options: Options) => listenTo(options, context))
