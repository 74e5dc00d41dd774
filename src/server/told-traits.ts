/** Which traits of a voice leave the profiler, by the operator's settings, whatever engine measured them. */
import type { VoiceProfiler } from '../engines/voice-profiler.ts'
import type { Settings } from './settings-schema.ts'

const sensitive: ReadonlySet<string> = new Set(['emotion', 'age', 'accent', 'gender'])

/** Whether a trait of that name may be told. */
export const mayTell = (name: string, voice: Settings['voice']): boolean =>
  name === 'environment' ? voice.environment : voice.sensitive || !sensitive.has(name)

/** The same engine, of which only that is heard which may be told. */
export const discreet = (profiler: VoiceProfiler, voice: Settings['voice']): VoiceProfiler => ({
  sampleRate: profiler.sampleRate,
  card: profiler.card,
  ...(profiler.traits && { traits: profiler.traits.filter((name) => mayTell(name, voice)) }),
  async *profile(audio, work) {
    for await (const profile of profiler.profile(audio, work)) {
      const traits = profile.traits.filter(({ name }) => mayTell(name, voice))
      if (traits.length > 0) yield { ...profile, traits }
    }
  },
})
