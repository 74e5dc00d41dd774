/** An operator's own ONNX model as voice profiler: age, emotion, whatever its description says. */
import type { VoiceProfiler } from '../../engines/voice-profiler.ts'
import { VoiceError } from '../../errors.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import { profilesByLooks } from '../shared/looks.ts'
import { Steady } from '../shared/steady.ts'
import type { Description } from './description.ts'
import type { Judged, Speech } from './messages.ts'

/** Less is not worth a look at the end of an utterance. */
const leastMs = 700
/** See `Steady`: most of what a look is given was in the look before. */
const memory = 0.3

/** One thread for all streams. Throws `unavailable` where the model cannot be loaded, or is not what was described. */
export const createOnnxProfiler = async (description: Description): Promise<VoiceProfiler> => {
  const { file, name, accuracy, sampleRate, traits, firstSeconds, everySeconds, mostSeconds } = description
  const thread = new InferenceThread<Speech, Judged>({
    name: `The model ${file}`,
    entry: entry(import.meta.url, './worker'),
    data: description,
    limit: 500,
  })
  try {
    await thread.ask({ samples: new Float32Array(sampleRate) })
  } catch (error) {
    await thread.close()
    const cause = error instanceof VoiceError ? error.cause : error
    const why = cause instanceof Error ? cause.message.replace(/\.$/, '') : 'it cannot be loaded'
    throw new VoiceError('unavailable', `${file} does not serve as described: ${why}.`, { cause })
  }
  return {
    sampleRate,
    card: { name: name ?? `ONNX model ${file}`, accuracy: accuracy ?? 'Not measured here.' },
    traits: traits.map(({ trait }) => trait),
    profile: (audio, options) => {
      const steady = traits.map(({ trait, least }) => new Steady(trait, { least, memory }))
      return profilesByLooks(audio, sampleRate, options, {
        firstMs: firstSeconds * 1000,
        nextMs: (heardMs) => heardMs + everySeconds * 1000,
        mostMs: mostSeconds * 1000,
        leastMs,
        look: async (samples) => {
          const judged = await thread.ask({ samples })
          return judged.map((likelihoods, place) => steady[place]!.next(likelihoods))
        },
      })
    },
    close: () => thread.close(),
  }
}
