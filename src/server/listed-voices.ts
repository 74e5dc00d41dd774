/** The voices that the lists of the wires show: those of the engines that are there, and the names that they answer to. */
import { followedBy, type TextToSpeech } from '../engines/text-to-speech.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { ListedVoice } from '../protocols/inworld-tts/voices.ts'
import { soundNames } from '../steering/sounds.ts'
import type { Style } from '../steering/style.ts'
import type { Settings } from './config.ts'
import type { OpenEngines } from './engines.ts'
import { namedVoices } from './voice-names.ts'
import { directId, resolveVoice } from './voices.ts'

/** Engines that speak, in the order in which their voices are listed. */
export const speakingEngines = ({ models }: Settings): readonly string[] => [
  ...new Set([...(models.textToSpeech === 'auto' ? [] : [models.textToSpeech]), 'flite/default', 'espeak/ng']),
]

const opened = async (engines: OpenEngines, id: string): Promise<TextToSpeech | undefined> => {
  try {
    return await engines.registry.get('textToSpeech', id)
  } catch (error) {
    if (error instanceof VoiceError) return undefined
    throw error
  }
}

/** Every voice that can be asked for here: those of the engines by their own ids first, then the known names. */
export const listVoices = async (engines: OpenEngines, settings: Settings): Promise<readonly ListedVoice[]> => {
  const own = await Promise.all(
    speakingEngines(settings).map(async (engine) =>
      ((await opened(engines, engine))?.voices ?? []).map(
        ({ id, name, description, languages, gender }): ListedVoice & { readonly engine: string } => ({
          id: directId(engine, id),
          name,
          description,
          languages,
          ...(gender && { gender }),
          tags: [engine.split('/')[0]!],
          engine,
        }),
      ),
    ),
  )
  const voices = own.flat()
  const there = new Set(voices.map(({ engine }) => engine))
  const names = namedVoices.flatMap(({ name, of, gender, language = 'en' }): readonly ListedVoice[] => {
    const { id, voice } = resolveVoice({ voice: name, model: '', language: '' }, settings)
    if (!there.has(id)) return []
    const description = `${of === 'openai' ? 'OpenAI' : 'Inworld'}'s name; here ${directId(id, voice)} speaks.`
    return [{ id: name, name, description, languages: [language], gender, tags: [of] }]
  })
  return [...voices.map(({ engine: _, ...voice }) => voice), ...names]
}

const words = {
  rate: 'speed',
  pitchSemitones: 'pitch',
  range: 'intonation',
  volumeDb: 'volume',
  whisper: 'whispering',
  breathiness: 'breath',
  emphasis: 'force',
} as const satisfies Record<keyof Style, string>
const abilities = Object.keys(words) as (keyof Style)[]

/** What an engine that speaks has, or what is missing for it. */
export interface SpeakingEngine {
  readonly engine: string
  /** Direct ids. */
  readonly voices: readonly string[]
  /** What of an instruction they follow. */
  readonly follows: readonly string[]
  readonly problem?: string
}

/** Every engine that may speak here, for the operator. */
export const speakers = (engines: OpenEngines, settings: Settings): Promise<readonly SpeakingEngine[]> =>
  Promise.all(
    speakingEngines(settings).map(async (engine): Promise<SpeakingEngine> => {
      try {
        const { voices, follows = [] } = await engines.registry.get('textToSpeech', engine)
        return {
          engine,
          voices: voices.map(({ id }) => directId(engine, id)),
          follows: follows.map((one) => words[one]),
        }
      } catch (error) {
        return { engine, voices: [], follows: [], problem: asVoiceError(error).message }
      }
    }),
  )

/** What the voices of one engine make of instructions, or what is missing for it. */
export interface VoiceAbilities {
  readonly engine: string
  readonly problem?: string
  readonly voices: readonly {
    /** Direct id. */
    readonly id: string
    readonly follows: readonly string[]
    readonly lacks: readonly string[]
  }[]
  readonly sounds: { readonly made: readonly string[]; readonly missing: readonly string[] }
}

/** For every engine that may speak here, voice by voice. */
export const voiceAbilities = (engines: OpenEngines, settings: Settings): Promise<readonly VoiceAbilities[]> =>
  Promise.all(
    speakingEngines(settings).map(async (name): Promise<VoiceAbilities> => {
      try {
        const engine = await engines.registry.get('textToSpeech', name)
        const voices = engine.voices.map(({ id }) => {
          const followed = followedBy(engine, id)
          const [follows, lacks] = [true, false].map((wanted) =>
            abilities.filter((one) => followed.includes(one) === wanted).map((one) => words[one]),
          )
          return { id: directId(name, id), follows: follows!, lacks: lacks! }
        })
        const { sounds: made = [] } = engine
        return { engine: name, voices, sounds: { made, missing: soundNames.filter((sound) => !made.includes(sound)) } }
      } catch (error) {
        return { engine: name, problem: asVoiceError(error).message, voices: [], sounds: { made: [], missing: [] } }
      }
    }),
  )
