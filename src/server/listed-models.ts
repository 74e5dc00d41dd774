/** The models that `GET /v1/models` lists: engines that are there, and the names that they answer to. */
import type { EngineCard } from '../engines/engine.ts'
import { VoiceError } from '../errors.ts'
import { catalogue } from '../models/catalogue.ts'
import type { ListedModel } from '../protocols/openai-audio/http.ts'
import type { Settings } from './config.ts'
import type { OpenEngines } from './engines.ts'
import { installedModels } from './installed.ts'
import { knownIds, localIds } from './model-ids.ts'

/** Every recognizer that would serve now. A name whose engine is not there is left out. */
export const listModels = async (
  engines: OpenEngines,
  settings: Settings,
  createdAt: number,
): Promise<readonly ListedModel[]> => {
  const own = [await engines.local(), ...(await installedModels(settings.cacheDir))]
  const names = [...new Set([...own, ...localIds, ...Object.keys(settings.models.aliases), ...knownIds])]
  const listed = await Promise.all(
    names.map(async (id): Promise<ListedModel | undefined> => {
      const card = await cardOf(engines, id)
      return card && { id, task: 'speech-to-text', card, createdAt }
    }),
  )
  return listed.filter((model) => model !== undefined)
}

/** The card of the engine behind an id. A downloaded model that nobody uses is described from the catalogue, not loaded. */
const cardOf = async (engines: OpenEngines, id: string): Promise<EngineCard | undefined> => {
  try {
    const { engine } = await engines.resolve(id)
    const own = engine.startsWith('sherpa/') ? engine.slice('sherpa/'.length) : undefined
    const loaded = engines.registry.peek('speechToText', engine)
    const entry = loaded !== undefined ? undefined : (await catalogue()).find((model) => model.id === own)
    if (!entry) return (await (loaded ?? engines.registry.get('speechToText', engine))).card
    return {
      name: `sherpa-onnx, ${entry.id}`,
      languages: entry.languages,
      accuracy: entry.publishedAccuracy ? `Published: ${entry.publishedAccuracy}` : 'Not measured here.',
    }
  } catch (error) {
    if (error instanceof VoiceError) return undefined
    throw error
  }
}
