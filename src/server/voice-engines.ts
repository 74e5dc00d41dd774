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

/** Engine id → the traits that it was given, of those that may be told; the first engine has its own anyway. */
const givenTraits = ({ models, voice }: Settings): ReadonlyMap<string, readonly string[]> => {
  const traits = new Map<string, readonly string[]>()
  for (const [name, id] of Object.entries(models.voiceTraits))
    if (mayTell(name, voice) && id !== models.voiceProfiler) traits.set(id, [...(traits.get(id) ?? []), name])
  return traits
}

/** Of these traits those that the engine can tell. */
const told = (names: readonly string[], { traits }: VoiceProfiler): readonly string[] =>
  names.filter((name) => traits?.includes(name) ?? true)

const vain = 'models.voiceTraits gives this engine a trait that it does not tell'

/**
 * `find` gives an engine, or undefined once it has said why there is none: hearing does without. `warn` is told of traits that
 * an engine was given in vain: the first tells them.
 */
export const voiceEngines = (
  settings: Settings,
  find: (id: string) => Promise<VoiceProfiler | undefined>,
  warn: (id: string, message: string) => void,
): VoiceEngines => {
  const first = settings.models.voiceProfiler
  const given = givenTraits(settings)
  const languageFrom = settings.models.voiceTraits.language
  return {
    wanted: [...new Set([first, ...given.keys()])].map((id) => ({ kind: 'voiceProfiler', id })),
    traitsOf: (id, engine) => {
      if (id !== first) return told(given.get(id) ?? [], engine)
      const elsewhere = [...given.values()].flat()
      return engine.traits?.filter((name) => mayTell(name, settings.voice) && !elsewhere.includes(name)) ?? []
    },
    async profiler() {
      const [leading, ...others] = await Promise.all([
        find(first),
        ...[...given].map(async ([id, traits]): Promise<TraitSource | undefined> => {
          const engine = await find(id)
          if (!engine) return undefined
          const known = told(traits, engine)
          if (known.length < traits.length) warn(id, vain)
          return known.length > 0 ? { engine, traits: known } : undefined
        }),
      ])
      if (!leading) return undefined
      const sources = others.flatMap((source) => source ?? [])
      return discreet(sources.length > 0 ? joinedProfiler(leading, sources) : leading, settings.voice)
    },
    async languageIdentifier() {
      if (languageFrom === undefined) return undefined
      const engine = await find(languageFrom)
      if (!engine || told(['language'], engine).length > 0) return engine
      warn(languageFrom, vain)
      return undefined
    },
  }
}
