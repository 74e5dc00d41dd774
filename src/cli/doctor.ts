/** `parley doctor`: what works here, and what would make it work better. */
import { availableParallelism, totalmem } from 'node:os'
import type { Command } from 'commander'
import { VoiceError } from '../errors.ts'
import { answering } from '../server/answering.ts'
import { countTalkers } from '../server/capacity.ts'
import { keyedProviders, maskSettings, type Settings } from '../server/config.ts'
import type { OpenEngines } from '../server/engines.ts'
import type { Readiness } from '../server/house.ts'
import { realtimeIds } from '../server/language-models.ts'
import type { SpeakingEngine } from '../server/listed-voices.ts'
import { knownIds, localIds } from '../server/model-ids.ts'
import { settingsInForce } from '../server/settings-in-force.ts'
import {
  type Context,
  commandWithSettings,
  interruptible,
  quietLog,
  type SettingsOptions,
  settingsFor,
} from './command.ts'
import { describeEngines } from './engine-lines.ts'
import { findRecorder, recorderNames } from './microphone.ts'
import { columns, duration, type Terminal } from './terminal.ts'

interface Options extends SettingsOptions {
  readonly json?: boolean
  readonly voices?: boolean
}

/** Everything that was found; what `--json` prints. */
interface Findings {
  readonly ready: boolean
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly memoryBytes: number
  readonly engines: Readiness['engines']
  readonly warmUp?: Readiness['warmUp']
  readonly problem?: string
  /** Model id → what answers it here. */
  readonly ids: Readonly<Record<string, string>>
  readonly speakers: readonly SpeakingEngine[]
  /** The program that writes a format for which one is needed. */
  readonly audioPrograms: Readonly<Record<string, string | undefined>>
  readonly keyedProviders: readonly string[]
  /** People who can talk at the same time before transcripts fall behind; an estimate. */
  readonly talkers?: number
  readonly microphone?: string
  readonly settings: Settings
}

const answers = async (engines: OpenEngines, settings: Settings): Promise<Record<string, string>> => {
  const ids = [...new Set([...localIds, ...knownIds, ...Object.keys(settings.models.aliases)])]
  type Resolve = (id: string) => Promise<{ readonly id: string; readonly warning?: string }>
  const answer = async (id: string, resolve: Resolve): Promise<[string, string]> => {
    try {
      const { id: engine, warning } = await resolve(id)
      return [id, warning === undefined ? engine : `${engine}, which stands in`]
    } catch (error) {
      return [id, `refused: ${error instanceof VoiceError ? error.message : String(error)}`]
    }
  }
  const hears: Resolve = async (id) => {
    const { engine, ...rest } = await engines.resolve(id)
    return { id: engine, ...rest }
  }
  const found = await Promise.all([
    ...ids.map((id) => answer(id, hears)),
    ...realtimeIds.map((id) => answer(id, engines.resolveLanguageModel)),
  ])
  return Object.fromEntries(found)
}

const examine = async (options: Options, terminal: Terminal, signal: AbortSignal): Promise<Findings> => {
  const settings = settingsFor(options, terminal)
  const log = quietLog(settings, terminal, 'error')
  const [{ openEngines }, { warmUp }, { speakers }, { compressionPrograms }] = await Promise.all([
    import('../server/engines.ts'),
    import('../server/warm-up.ts'),
    import('../server/listed-voices.ts'),
    import('../media/compression-program.ts'),
  ])
  const engines = openEngines(settings, log)
  try {
    const states = await engines.warm()
    const complete = states.every(({ problem }) => problem === undefined)
    let heard: Readiness['warmUp']
    let problem: string | undefined
    try {
      if (complete) heard = await warmUp(engines, settings.cacheDir, { signal, log })
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
    }
    const cores = availableParallelism()
    const talkers = countTalkers(states, cores)
    const microphone = (await findRecorder(terminal.env.PATH ?? ''))?.program
    return {
      ready: complete && problem === undefined,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      cores,
      memoryBytes: totalmem(),
      engines: [...states, ...(await answering(engines))],
      ...(heard ? { warmUp: heard } : {}),
      ...(problem === undefined ? {} : { problem }),
      ids: await answers(engines, settings),
      speakers: await speakers(engines, settings),
      audioPrograms: await compressionPrograms(settings.cacheDir),
      keyedProviders: keyedProviders(settings),
      ...(talkers === undefined ? {} : { talkers }),
      ...(microphone === undefined ? {} : { microphone }),
      settings: maskSettings(settings),
    }
  } finally {
    await engines.close()
  }
}

/** The port, and the settings that are not the default. */
const changed = (settings: Settings): string[][] =>
  settingsInForce(settings).flatMap(({ path, value, changed }) =>
    changed || path === 'port' ? [[path, typeof value === 'string' ? value : JSON.stringify(value)]] : [],
  )

/** How many voices are named on the line. */
const namedVoices = 6

const speakerLine = ({ engine, voices, follows, problem }: SpeakingEngine): string[] => {
  if (problem !== undefined) return [engine, `missing: ${problem}`]
  const more = voices.length - namedVoices
  return [
    engine,
    `${voices.slice(0, namedVoices).join(', ')}${more > 0 ? ` and ${more} more` : ''}; they follow ${follows.join(', ') || 'no instructions'}`,
  ]
}

const audioLine = ({ mp3, aac }: Findings['audioPrograms']): string =>
  `${mp3 ?? 'no MP3: `npm run setup` brings lame'}, ${aac ?? 'no AAC: `apt-get install ffmpeg`'}`

const show = (found: Findings, terminal: Terminal): void => {
  const { out, paint } = terminal
  const title = (text: string): void => out(`\n${paint('bold', text)}\n`)
  const gibibytes = (found.memoryBytes / 1024 ** 3).toFixed(1)
  out(found.ready ? paint('green', 'Parley works here.\n') : paint('red', 'Parley is not ready here.\n'))
  title('Machine')
  out(
    columns([
      ['Node', `${found.node} on ${found.platform}`],
      ['resources', `${found.cores} cores, ${gibibytes} GiB`],
    ]),
  )
  title('Engines')
  out(describeEngines(found.engines, terminal))
  if (found.warmUp) {
    const { words, audioMs, tookMs } = found.warmUp
    out(`  Heard “${words}” (${duration(audioMs)} of speech) in ${duration(tookMs)}.\n`)
  }
  if (found.problem !== undefined) out(paint('red', `  The test clip failed: ${found.problem}\n`))
  title('Who answers')
  out(columns(Object.entries(found.ids).map(([id, engine]) => [id, engine])))
  title('Voices')
  out(columns([...found.speakers.map(speakerLine), ['MP3, AAC', audioLine(found.audioPrograms)]]))
  title('Capacity')
  const talkers = found.talkers === undefined ? 'unknown' : `about ${found.talkers} talking at the same time (estimate)`
  out(
    columns([
      ['people', talkers],
      ['keys of providers', found.keyedProviders.join(', ') || 'none'],
    ]),
  )
  title('Microphone')
  out(`  ${found.microphone ?? `none of ${recorderNames.join(', ')} is here`}\n`)
  title('Settings in force (the others are as by default; --json shows all)')
  out(columns(changed(found.settings)))
}

/** Nothing but the voices: the rest of what the doctor does takes longer. */
const examineVoices = async (options: Options, terminal: Terminal): Promise<void> => {
  const settings = settingsFor(options, terminal)
  const [{ openEngines }, { voiceAbilities }, { showVoices }] = await Promise.all([
    import('../server/engines.ts'),
    import('../server/listed-voices.ts'),
    import('./doctor-voices.ts'),
  ])
  const engines = openEngines(settings, quietLog(settings, terminal, 'error'))
  try {
    const found = await voiceAbilities(engines, settings)
    if (options.json) terminal.out(`${JSON.stringify(found, undefined, 2)}\n`)
    else showVoices(found, terminal)
  } finally {
    await engines.close()
  }
}

/** `parley doctor`. Its exit code is 1 where the server would not be ready. */
export const doctorCommand = (context: Context): Command =>
  commandWithSettings('doctor', 'say what works here', 'parley doctor\nparley doctor --json\nparley doctor --voices')
    .option('--json', 'everything that was found, as JSON')
    .option('--voices', 'what each voice follows of an instruction, and what it does not; nothing else')
    .action((options: Options) =>
      interruptible(async (signal, exitCode) => {
        const { terminal, fail } = context
        if (options.voices) {
          await examineVoices(options, terminal)
          fail(exitCode())
          return
        }
        const found = await examine(options, terminal, signal)
        if (options.json) terminal.out(`${JSON.stringify(found, undefined, 2)}\n`)
        else show(found, terminal)
        fail(exitCode() || (found.ready ? 0 : 1))
      }),
    )
