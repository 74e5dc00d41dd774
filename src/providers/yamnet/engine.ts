/** The voice profiler that runs YAMNet: manner of speaking and surroundings, from the sounds that it names. */
import type { VoiceProfiler } from '../../engines/voice-profiler.ts'
import { VoiceError } from '../../errors.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import { profilesByLooks } from '../shared/looks.ts'
import { SoundTraits, soundTraits } from '../shared/sound-traits.ts'
import { type Scores, type Sound, type ThreadData, windowSamples } from './messages.ts'

const sampleRate = 16_000
const windowMs = (windowSamples * 1000) / sampleRate
const hopMs = 480
/** Scores of the last four seconds count. */
const mostScores = 8

/** One thread for all streams. Throws where the files are no such model. */
export const createYamnet = async (files: ThreadData, card: VoiceProfiler['card']): Promise<VoiceProfiler> => {
  const thread = new InferenceThread<Sound, Scores>({
    name: 'The sound tagger',
    entry: entry(import.meta.url, './worker'),
    data: files,
    limit: 2000,
  })
  try {
    await thread.ask({ samples: new Float32Array(0) })
  } catch (error) {
    await thread.close()
    throw new VoiceError('unavailable', `${files.modelFile} with ${files.labelsFile} is no YAMNet.`, { cause: error })
  }
  return {
    sampleRate,
    card,
    traits: soundTraits,
    profile: (audio, options) => {
      const traits = new SoundTraits(mostScores)
      return profilesByLooks(audio, sampleRate, options, {
        firstMs: 500,
        nextMs: (heardMs) => heardMs + hopMs,
        mostMs: windowMs,
        leastMs: hopMs,
        look: async (samples) => traits.next(await thread.ask({ samples })),
      })
    },
    close: () => thread.close(),
  }
}
