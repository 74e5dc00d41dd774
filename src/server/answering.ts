/** What answers where a client names no model and no voice. */
import type { EngineState, OpenEngines } from './engines.ts'

/** The default language model and the default voice. One that is missing does not keep the server from hearing. */
export const answering = (engines: OpenEngines): Promise<readonly EngineState[]> =>
  Promise.all([
    stateOf('languageModel', () => engines.languageModel('')),
    stateOf('textToSpeech', () => engines.voice({ voice: '', model: '', language: '' })),
  ])

const stateOf = async (
  kind: string,
  find: () => ReturnType<OpenEngines['languageModel']> | ReturnType<OpenEngines['voice']>,
): Promise<EngineState> => {
  try {
    const { engine, id } = await find()
    return { kind, id, card: engine.card }
  } catch (error) {
    return { kind, id: 'auto', problem: error instanceof Error ? error.message : String(error) }
  }
}
