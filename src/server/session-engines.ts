/** What a conversation is served by, from the engines of a server. */
import type { SessionEngines } from '../session/session.ts'
import type { Settings } from './config.ts'
import type { OpenEngines } from './engines.ts'

/** The engines by the names that clients give. */
export const sessionEngines = (house: {
  readonly engines: OpenEngines
  readonly settings: Settings
}): SessionEngines => ({
  listening: (wish) => house.engines.conversationSettings(wish),
  languageModel: async (name) => (await house.engines.languageModel(name)).engine,
  voice: (wish) => house.engines.voice(wish),
  stallMs: house.settings.realtime.stallMs,
})
