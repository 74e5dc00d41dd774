/** `parley talk`: a spoken conversation in the terminal, with captions of both sides and where the time of each turn went. */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { joined } from '../audio/joined.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { Resampler } from '../audio/resample.ts'
import { wavOfPcm16 } from '../audio/wav.ts'
import { type ConfigPatch, merge, type SessionConfig } from '../conversation/config.ts'
import type { Session } from '../session/session.ts'
import { turnTimes } from '../telemetry/latency.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
} from './command.ts'
import { dialogue } from './dialogue.ts'
import { type HearingOptions, startFor } from './hearing.ts'
import { findPlayer, Loudspeaker, playerNames } from './player.ts'
import { openSource, paced } from './source.ts'

interface Options extends SettingsOptions, Omit<HearingOptions, 'model'> {
  readonly file?: string
  readonly model: string
  readonly recognizer: string
  readonly voice: string
  readonly instructions: string
  readonly save?: string
  readonly interrupt: boolean
}

const inputRate = 16_000
const outputRate = 24_000
/** Silence after a recording, so that its last turn ends. */
const closingSilenceMs = 1_500
/** As long as this where nobody has been heard yet: on a busy machine the gate is behind. */
const unheardSilenceMs = 6_000
const stepMs = 100

/** Gives the audio to the session as the 16-bit samples that it expects. */
const hear = async (session: Session, options: Options, context: Context, signal: AbortSignal): Promise<boolean> => {
  const { decodeAudio } = await import('../media/decode.ts')
  const { bytes, recorded, says } = await openSource(options.file, context.terminal, signal)
  context.terminal.err(`Listening to ${says}. Ctrl-C ends it.\n`)
  const { format } = startFor({ model: options.recognizer })
  const frames = decodeAudio(bytes, { format, signal })
  let resampler: Resampler | undefined
  for await (const { samples, sampleRate } of recorded ? paced(frames, signal) : frames) {
    resampler ??= new Resampler(sampleRate, inputRate)
    const pcm = samplesToPcm16(resampler.push(samples))
    if (!session.send({ type: 'audio.append', bytes: pcm })) await session.drained()
  }
  return recorded
}

/** Silence at the pace of time, until the conversation has come to rest. */
const endInSilence = async (
  session: Session,
  { isQuiet, wasHeard }: { readonly isQuiet: () => boolean; readonly wasHeard: () => boolean },
  signal: AbortSignal,
): Promise<void> => {
  const silence = new Uint8Array((inputRate * stepMs) / 500)
  let passedMs = 0
  const leastMs = (): number => (wasHeard() ? closingSilenceMs : unheardSilenceMs)
  while (!signal.aborted && (passedMs < leastMs() || !isQuiet())) {
    session.send({ type: 'audio.append', bytes: silence })
    passedMs += stepMs
    await new Promise((resolve) => setTimeout(resolve, stepMs))
  }
  await session.quiet()
}

const wishes = (options: Options): ConfigPatch => ({
  model: options.model,
  instructions: options.instructions,
  input: {
    format: { encoding: 'pcm16', sampleRate: inputRate },
    transcription: {
      model: options.recognizer,
      languages: [...(startFor({ ...options, model: '' }).settings.languages ?? [])],
      terms: [...(startFor({ ...options, model: '' }).settings.terms ?? [])],
    },
    turnDetection: { interruptReply: options.interrupt },
  },
  ...(options.voice !== '' && { voiceUse: { manner: false } }),
  output: { voice: options.voice, format: { encoding: 'pcm16', sampleRate: outputRate } },
})

const talk = async (options: Options, context: Context): Promise<void> => {
  const { terminal, fail } = context
  const settings = settingsFor(options, terminal)
  const log = quietLog(settings, terminal)
  const [{ openEngines }, { sessionEngines }, { newRealtimeId }, { Session }, { initialConfig }] = await Promise.all([
    import('../server/engines.ts'),
    import('../server/session-engines.ts'),
    import('../server/realtime-ids.ts'),
    import('../session/session.ts'),
    import('../protocols/realtime/config.ts'),
  ])
  await interruptible(async (signal, exitCode) => {
    const engines = openEngines(settings, log)
    const player = await findPlayer(terminal.env.PATH ?? '')
    if (!player && options.save === undefined) {
      terminal.err(
        `${terminal.paint('yellow', 'note:')} answers are only written: install one of ${playerNames.join(', ')} to hear them, or keep them with --save.\n`,
      )
    }
    const model = await engines.languageModel(options.model)
    if (model.warning) terminal.err(`${terminal.paint('yellow', 'note:')} ${model.warning}\n`)
    const show = dialogue(terminal)
    // What is said while engines load would be answered late.
    await Promise.all([
      engines.conversationSettings({ model: options.recognizer, languages: [], voiceProfile: false, noise: 'none' }),
      engines.voice({ voice: options.voice, model: '', language: '' }),
      engines.echoGuard(),
    ])
    const config: SessionConfig = merge(
      initialConfig('openai', {
        model: options.model,
        voice: settings.voice,
        interruption: settings.realtime.interruption.openai,
      }),
      wishes(options),
    )
    const times = turnTimes((turn) => show.times(turn))
    const speaker = player && new Loudspeaker(player, outputRate)
    const heard: Uint8Array[] = []
    const session = new Session({
      config,
      engines: sessionEngines({ engines, settings }),
      newId: newRealtimeId,
      log,
      keptAudioMs: 0,
      observe: times,
      play: ({ samples }) => {
        const pcm = samplesToPcm16(samples)
        heard.push(pcm)
        speaker?.play(pcm)
      },
      signal,
    })
    let open = 0
    let wasHeard = false
    const following = (async () => {
      for await (const event of session.events) {
        // What the player has in hand.
        if (event.type === 'playback.cleared') speaker?.stop()
        show.event(event)
        if (event.type === 'speech.started') wasHeard = true
        if (event.type === 'speech.started' || event.type === 'reply.started') open += 1
        if (event.type === 'transcript.final' || event.type === 'reply.finished') open -= 1
      }
    })()
    try {
      terminal.err(`Talking with ${model.id}.\n`)
      const recorded = await hear(session, options, context, signal)
      if (recorded || !signal.aborted)
        await endInSilence(session, { isQuiet: () => open <= 0, wasHeard: () => wasHeard }, signal)
      if (!signal.aborted) await speaker?.finish()
    } finally {
      speaker?.stop()
      await session.close()
      await following
      await engines.close()
      if (options.save !== undefined) await writeFile(options.save, wavOfPcm16(joined(Uint8Array, heard), outputRate))
      if (signal.aborted) fail(exitCode())
    }
  })
}

/** `parley talk`. */
export const talkCommand = (context: Context): Command =>
  commandWithSettings(
    'talk',
    'a spoken conversation: speak, and hear the answer',
    'parley talk\nparley talk --voice rms --model ollama/llama3.2\nparley talk --file question.wav --save answer.wav',
  )
    .option('--file <file>', 'a recording in place of the microphone, played in real time; - for standard input')
    .option('--save <file>', 'keep what was heard of the answers as a WAV file')
    .option('--model <id>', 'language model that answers', '')
    .option('--recognizer <id>', 'recognizer that hears', 'auto')
    .option('--voice <name>', 'voice of the answers', 'alloy')
    .option('--instructions <text>', 'what the model is told about its task', '')
    .option('--language <codes>', 'languages that may be spoken, best guess first, such as en or hi,en')
    .option('--terms <list>', 'names and words that are likely, separated by commas')
    .option('--no-interrupt', 'let each answer be heard to its end')
    .action((options: Options) => talk(options, context))
