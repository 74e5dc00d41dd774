/** What a conversation is served by, from the engines of a server. */
import { VoiceError } from '../errors.ts'
import type { SessionEngines } from '../session/session-parts.ts'
import { openRemoteTools } from '../tools/remote-tools.ts'
import type { Settings } from './config.ts'
import type { OpenEngines } from './engines.ts'
import { answersHere } from './language-providers.ts'

/** The engines by the names that clients give. A language model that nobody knows never fails a conversation: the default serves. */
export const sessionEngines = (house: {
  readonly engines: OpenEngines
  readonly settings: Settings
}): SessionEngines => ({
  listening: (wish) => house.engines.conversationSettings(wish),
  languageModel: async (name) => {
    try {
      return (await house.engines.languageModel(name)).engine
    } catch (error) {
      if (!(error instanceof VoiceError && error.code === 'unknown_model')) throw error
      return (await house.engines.languageModel('')).engine
    }
  },
  echoGuard: async (paced) => {
    const { echoGuard } = house.settings.realtime
    return echoGuard === 'on' || (echoGuard === 'auto' && paced) ? house.engines.echoGuard() : undefined
  },
  openTools: () => openRemoteTools(house.settings.tools),
  voice: (wish) => house.engines.voice(wish),
  mayPrepare: async (name, wish) => {
    const { earlyStart } = house.settings.realtime
    if (earlyStart === 'off' || wish === false) return false
    if (earlyStart === 'on' || wish === true) return true
    const { engines, settings } = house
    return engines
      .resolveLanguageModel(name)
      .catch(() => engines.resolveLanguageModel(''))
      .then(
        ({ id }) => answersHere(id, settings),
        () => false,
      )
  },
  stallMs: house.settings.realtime.stallMs,
})
