/** A model of sherpa-onnx as voice profiler: sounds, the language, or what SenseVoice says of a voice beside its words. */
import type { Trait, VoiceProfiler } from '../../engines/voice-profiler.ts'
import { VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { entry } from '../../threads/entry.ts'
import { askJob } from '../shared/ask-job.ts'
import { type Looking, profilesByLooks } from '../shared/looks.ts'
import { SoundTraits, soundTraits } from '../shared/sound-traits.ts'
import { Votes } from '../shared/votes.ts'
import { openModelPool } from './pool.ts'
import type { ProfilerClass, ProfilerLoad, Seen, ToProfiler } from './profiler-messages.ts'

/** SenseVoice's words → ours. */
const emotions: Readonly<Record<string, string>> = {
  HAPPY: 'happy',
  SAD: 'sad',
  ANGRY: 'angry',
  NEUTRAL: 'neutral',
  FEARFUL: 'fearful',
  DISGUSTED: 'disgusted',
  SURPRISED: 'surprised',
  EMO_UNKNOWN: 'unclear',
}
const styles: Readonly<Record<string, string>> = { Speech: 'normal', Laughter: 'laughing', Cry: 'crying' }
const places: Readonly<Record<string, string>> = { BGM: 'music', Applause: 'crowd' }

/** How a kind of model is asked, and what it tells. Whisper looks at 30 s at most and takes as long for one, so it is asked less and less. */
interface Manner extends Omit<Looking, 'look'> {
  readonly traits: readonly string[]
  /** Of one utterance: what is told after each look. */
  readonly open: () => (seen: Exclude<Seen, { type: 'failed' }>) => readonly Trait[]
}

/** The tagger is shown so much, half of it new. */
const shownMs = 4000

const tagVotes = (): ((seen: Exclude<Seen, { type: 'failed' }>) => readonly Trait[]) => {
  const [emotion, style, place, language] = [
    new Votes('emotion'),
    new Votes('vocalStyle'),
    new Votes('environment'),
    new Votes('language'),
  ]
  return (seen) => {
    if (seen.type === 'sounds') return []
    emotion.add(emotions[seen.emotion])
    style.add(styles[seen.event])
    place.add(places[seen.event])
    language.add(seen.language)
    return [emotion, style, place, language].flatMap((votes) => votes.trait)
  }
}

const manners: Readonly<Record<ProfilerClass, Manner>> = {
  AudioTagging: {
    traits: soundTraits,
    firstMs: 1000,
    nextMs: (heardMs) => heardMs + shownMs / 2,
    mostMs: shownMs,
    leastMs: 500,
    open: () => {
      const traits = new SoundTraits(2)
      return (seen) => (seen.type === 'sounds' ? traits.next(seen.scores) : [])
    },
  },
  SpokenLanguageIdentification: {
    traits: ['language'],
    firstMs: 1500,
    nextMs: (heardMs) => 2 * heardMs,
    mostMs: 28_000,
    leastMs: 700,
    open: tagVotes,
  },
  OfflineRecognizer: {
    traits: ['emotion', 'vocalStyle', 'environment', 'language'],
    firstMs: 1500,
    nextMs: (heardMs) => heardMs + 2000,
    mostMs: 8000,
    leastMs: 700,
    open: tagVotes,
  },
}

/** The engine; `pids` are its process, for operators and tests. */
export interface SherpaProfiler extends VoiceProfiler {
  readonly pids: readonly number[]
  close(): Promise<void>
}

/** Opens a model. Throws `unavailable` when sherpa-onnx is not installed, or cannot load it. */
export const openProfiler = async (
  load: ProfilerLoad,
  settings: { readonly maxStreams: number },
  log: Log,
): Promise<SherpaProfiler> => {
  const pool = await openModelPool<ToProfiler, Seen>(load.id, {
    entry: entry(import.meta.url, './profiler-child'),
    load,
    maxStreams: settings.maxStreams,
    log,
  })
  const { traits, open, ...looking } = manners[load.class]
  return {
    sampleRate: load.sampleRate,
    card: { name: `sherpa-onnx, ${load.id}`, accuracy: 'Not measured here.' },
    traits,
    get pids() {
      return pool.pids
    },
    profile: (audio, options) => {
      const told = open()
      return profilesByLooks(audio, load.sampleRate, options, {
        ...looking,
        look: async (samples, signal) => {
          await pool.room(signal)
          const seen = await askJob(pool, { samples }, signal)
          if (seen.type === 'failed')
            throw new VoiceError('provider_failed', 'sherpa-onnx failed.', { cause: seen.message })
          return told(seen)
        },
      })
    },
    close: () => pool.close(),
  }
}
