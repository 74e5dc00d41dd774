/** What tells a server what voices are like: one profiler, made of the engines that the settings name. */
import type { Engines } from '../engines/registry.ts'
import type { VoiceProfiler } from '../engines/voice-profiler.ts'
import { joinedProfiler, type TraitSource } from '../listening/joined-profiler.ts'
import type { Settings } from './settings-schema.ts'
import { discreet, mayTell } from './told-traits.ts'

/** An engine of the settings, by its kind and id. */
export interface Wanted {
  readonly kind: keyof Engines
  readonly id: string
}

export interface VoiceEngines {
  /** All engines that are needed, each once. */
  readonly wanted: readonly Wanted[]
  /** Which traits are told from the engine of that id. */
  traitsOf(id: string, engine: VoiceProfiler): readonly string[]
  /** Tells what may be told of a voice; undefined where the first engine cannot be had. */
  profiler(): Promise<VoiceProfiler | undefined>
  /** Tells the language, for who is not to know the rest; undefined where no engine was given it. */
  languageIdentifier(): Promise<VoiceProfiler | undefined>
}

/** Engine id → the traits that it was given, of those that may be told. */
const givenTraits = ({ models, voice }: Settings): ReadonlyMap<string, readonly string[]> => {
  const traits = new Map<string, readonly string[]>()
  for (const [name, id] of Object.entries(models.voiceTraits))
    if (mayTell(name, voice)) traits.set(id, [...(traits.get(id) ?? []), name])
  return traits
}

/** `find` gives an engine, or undefined once it has said why there is none: hearing does without. */
export const voiceEngines = (
  settings: Settings,
  find: (id: string) => Promise<VoiceProfiler | undefined>,
): VoiceEngines => {
  const first = settings.models.voiceProfiler
  const given = givenTraits(settings)
  const languageFrom = settings.models.voiceTraits.language
  return {
    wanted: [...new Set([first, ...given.keys()])].map((id) => ({ kind: 'voiceProfiler', id })),
    traitsOf: (id, { traits = [] }) => {
      const elsewhere = [...given].flatMap(([other, names]) => (other === id ? [] : names))
      const own = traits.filter((name) => mayTell(name, settings.voice) && !elsewhere.includes(name))
      return id === first ? own : (given.get(id) ?? [])
    },
    async profiler() {
      const [leading, ...others] = await Promise.all([
        find(first),
        ...[...given].map(async ([id, traits]): Promise<TraitSource | undefined> => {
          const engine = await find(id)
          return engine && { engine, traits }
        }),
      ])
      if (!leading) return undefined
      const sources = others.flatMap((source) => source ?? [])
      return discreet(sources.length > 0 ? joinedProfiler(leading, sources) : leading, settings.voice)
    },
    languageIdentifier: async () => (languageFrom === undefined ? undefined : find(languageFrom)),
  }
}
