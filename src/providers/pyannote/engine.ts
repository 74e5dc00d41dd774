/** The segmentation model of pyannote.audio, in a thread of its own. */
import type { SpeakerSegmentation } from '../../engines/speaker-segmentation.ts'
import { orAborted } from '../../streams/or-aborted.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import type { ThreadData, Voices, Window } from './messages.ts'
import { sampleRate, stepSamples, windowSamples } from './powerset.ts'

/** One thread for all streams. Throws where the file is no such model. */
export const createSegmentation = async (
  modelFile: string,
  card: SpeakerSegmentation['card'],
): Promise<SpeakerSegmentation> => {
  const thread = new InferenceThread<Window, Voices>({
    name: 'The segmentation of speakers',
    entry: entry(import.meta.url, './worker'),
    data: { modelFile } satisfies ThreadData,
    limit: 200,
  })
  try {
    await thread.ask({ samples: new Float32Array(0) })
  } catch (error) {
    await thread.close()
    throw error
  }
  return {
    sampleRate,
    card,
    windowMs: (windowSamples * 1000) / sampleRate,
    stepMs: (stepSamples * 1000) / sampleRate,
    segment: async ({ samples }, { signal }) => (await orAborted(thread.ask({ samples }), signal)) ?? [],
    close: () => thread.close(),
  }
}
