/** The turn detector that runs a smart-turn model: from the voice alone, in many languages. */
import type { TurnDetector } from '../../engines/turn-detector.ts'
import { melSampleRate } from '../../signal/log-mel.ts'
import { orAborted } from '../../streams/or-aborted.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from '../shared/inference-thread.ts'
import type { Ending, ThreadData } from './messages.ts'
import { inputSamples } from './sound.ts'

/** What to say where the work is no longer wanted, and nobody listens. */
const unknown = 0.5

/** One thread for all speakers. Throws where the file is no such model. */
export const createSmartTurn = async (modelFile: string, card: TurnDetector['card']): Promise<TurnDetector> => {
  const thread = new InferenceThread<Ending, number>({
    name: 'The end of turns',
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
    sampleRate: melSampleRate,
    card,
    async predict({ audio }, { signal }) {
      const samples = audio.samples.slice(-inputSamples)
      return (await orAborted(thread.ask({ samples }, [samples.buffer]), signal)) ?? unknown
    },
    close: () => thread.close(),
  }
}
