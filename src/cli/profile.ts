/** `parley profile`: what the voice in a recording is like, moment by moment, as lines, as JSON or drawn. */
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { type AudioFrame, endMs } from '../audio/frame.ts'
import { VoiceError } from '../errors.ts'
import { mergeProfiles, type Profiled } from '../protocols/hearing.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
} from './command.ts'
import { type HearingOptions, startFor, withHearingOptions } from './hearing.ts'
import { openSource } from './source.ts'
import { gatherCourse, SoundTrack, type VoiceCourse } from './voice-course.ts'
import { plotVoice } from './voice-plot.ts'
import { voiceLine, voiceTable } from './voice-table.ts'

interface Options extends SettingsOptions, HearingOptions {
  readonly plot?: string
  readonly json?: boolean
}

/** The last profile of each turn. */
const lastOfTurns = (profiles: readonly Profiled[]): readonly Profiled[] => [
  ...new Map(profiles.map((profile) => [profile.utterance, profile])).values(),
]

const asText = ({ text, language, profiles }: VoiceCourse): string => {
  const words = text === '' ? '(no words)\n' : `${text}\n`
  if (profiles.length === 0) return `${words}Too little speech to tell what the voice is like.\n`
  const moments = profiles.map(
    ({ endMs, traits }) => `${(endMs / 1000).toFixed(1).padStart(6)} s  ${voiceLine(traits)}\n`,
  )
  const whole = voiceTable(mergeProfiles(lastOfTurns(profiles)), language === undefined ? {} : { language })
  return `${words}\n${moments.join('')}\nAll in all:\n${whole}`
}

const profileFile = async (file: string, options: Options, { terminal, fail }: Context): Promise<void> => {
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
      const { bytes } = await openSource(file, terminal, signal)
      const start = startFor({ ...options, profile: true })
      const { settings: wishes, engine, warning } = await engines.listenSettings(start)
      if (warning) terminal.err(`${terminal.paint('yellow', 'note:')} ${warning}\n`)
      const sound = new SoundTrack()
      let audioMs = 0
      async function* noted(): AsyncGenerator<AudioFrame> {
        for await (const frame of decodeAudio(bytes, { format: start.format, signal })) {
          sound.hear(frame)
          audioMs = endMs(frame)
          yield frame
        }
      }
      const patient = { ...wishes, finalBudgetMs: Number.POSITIVE_INFINITY, partials: false, signal, log }
      const course = await gatherCourse(listen(noted(), patient), sound, () => Math.round(audioMs))
      if (signal.aborted) return
      const name = file === '-' ? 'standard input' : basename(file)
      if (options.plot !== undefined) await draw(options.plot, plotVoice(course, name))
      terminal.out(options.json ? `${JSON.stringify({ file, engine, ...course }, undefined, 2)}\n` : asText(course))
    } finally {
      await engines.close()
      if (signal.aborted) fail(exitCode())
    }
  })
}

const draw = async (plot: string, svg: string): Promise<void> => {
  try {
    await writeFile(plot, svg)
  } catch (error) {
    throw new VoiceError('invalid_request', `${plot} cannot be written.`, { cause: error })
  }
}

/** `parley profile`. */
export const profileCommand = (context: Context): Command =>
  withHearingOptions(
    commandWithSettings(
      'profile',
      'what the voice in a recording is like, moment by moment',
      'parley profile call.wav\nparley profile --plot call.svg call.wav',
    ),
  )
    .argument('<file>', 'a recording: WAV, MP3, Ogg, FLAC and more; - for standard input')
    .option('--plot <file>', 'draw pitch, energy and the likelihood of each label over the words: an SVG file')
    .option('--json', 'everything: pitch, level, profiles and words with their times')
    .action((file: string, options: Options) => profileFile(file, options, context))
