/** The models that `GET /v1/models` lists: engines that are there, and the names that they answer to. */
import type { EngineCard } from '../engines/engine.ts'
import { VoiceError } from '../errors.ts'
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

const cardOf = async (engines: OpenEngines, id: string): Promise<EngineCard | undefined> => {
  try {
    const { engine } = await engines.resolve(id)
    return (await engines.registry.get('speechToText', engine)).card
  } catch (error) {
    if (error instanceof VoiceError) return undefined
    throw error
  }
}
