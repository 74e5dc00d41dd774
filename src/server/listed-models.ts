/** The models that `GET /v1/models` lists: engines that are there, and the names that they answer to. */
import type { EngineCard } from '../engines/engine.ts'
import { VoiceError } from '../errors.ts'
import { catalogue } from '../models/catalogue.ts'
import type { ListedModel } from '../protocols/openai-audio/http.ts'
import type { Settings } from './config.ts'
import type { OpenEngines } from './engines.ts'
import { installedModels } from './installed.ts'
import { embeddedLanguageModel, realtimeIds } from './language-models.ts'
import { configuredProviders } from './language-providers.ts'
import { speakingEngines } from './listed-voices.ts'
import { knownIds, localIds } from './model-ids.ts'
import { resolveVoice } from './voices.ts'

/** Every recognizer, language model and voice engine that would serve now. A name whose engine is not there is left out. */
export const listModels = async (
  engines: OpenEngines,
  settings: Settings,
  createdAt: number,
): Promise<readonly ListedModel[]> => {
  const recognizers = await listRecognizers(engines, settings, createdAt)
  const listed = new Set(recognizers.map(({ id }) => id))
  const talkers = await listTalkers(engines, settings, createdAt)
  const others = [...talkers, ...(await listSpeakers(engines, settings, createdAt))]
  return [...recognizers, ...others.filter(({ id }) => !listed.has(id))]
}

/** Names under which clients ask for speech; the voice decides who speaks. */
const speechNames: readonly string[] = ['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts', 'inworld-tts-2', 'inworld-tts-1.5-max']

/** Engines that speak, and the names that lead to the default one. */
const listSpeakers = async (
  engines: OpenEngines,
  settings: Settings,
  createdAt: number,
): Promise<readonly ListedModel[]> => {
  const describe = async (id: string, engine: string): Promise<ListedModel | undefined> => {
    try {
      return { id, task: 'text-to-speech', card: (await engines.registry.get('textToSpeech', engine)).card, createdAt }
    } catch (error) {
      if (error instanceof VoiceError) return undefined
      throw error
    }
  }
  const { id: byDefault } = resolveVoice({ voice: '', model: '', language: '' }, settings)
  const listed = await Promise.all([
    ...speakingEngines(settings).map((id) => describe(id, id)),
    ...speechNames.map((id) => describe(id, byDefault)),
  ])
  return listed.filter((model) => model !== undefined)
}

/** The default language model, the usual one of each provider that can serve, and the names that lead to them. */
const listTalkers = async (
  engines: OpenEngines,
  settings: Settings,
  createdAt: number,
): Promise<readonly ListedModel[]> => {
  const configured = configuredProviders(settings)
  const usual = configured.flatMap(({ name, model }) => (model === undefined ? [] : `${name}/${model}`))
  const cardOfTalker = async (id: string): Promise<EngineCard> => {
    const loaded = engines.registry.peek('languageModel', id)
    const elsewhere = configured.some(({ name }) => id.startsWith(`${name}/`))
    // A model of another house need not be loaded to be named.
    return elsewhere && !loaded ? { name: id } : (await engines.registry.get('languageModel', id)).card
  }
  const describe = async (id: string, task: string): Promise<ListedModel | undefined> => {
    try {
      const { id: engine } = await engines.resolveLanguageModel(id)
      return { id: id === '' ? engine : id, task, card: await cardOfTalker(engine), createdAt }
    } catch (error) {
      if (error instanceof VoiceError) return undefined
      throw error
    }
  }
  const names = [...new Set(['', ...usual, embeddedLanguageModel, ...Object.keys(settings.models.aliases)])]
  const listed = await Promise.all([
    ...names.map((id) => describe(id, 'language-model')),
    ...realtimeIds.map((id) => describe(id, 'realtime')),
  ])
  const found = listed.filter((model) => model !== undefined)
  return found.filter(({ id }, index) => found.findIndex((other) => other.id === id) === index)
}

const listRecognizers = async (
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
