/** Settings under which a server keeps to its machine. */
import type { Settings } from './config.ts'
import { answersHere } from './language-providers.ts'

/**
 * The same settings without what reaches elsewhere: no models are fetched, language models answer only here, and neither
 * searches, nor tools of other servers, nor recordings behind an address.
 */
export const keptOffline = (settings: Settings): Settings => ({
  ...settings,
  models: { ...settings.models, offline: true },
  providers: Object.fromEntries(
    Object.entries(settings.providers).filter(([name]) => answersHere(`${name}/any`, settings)),
  ),
  tools: { ...settings.tools, mcp: false, search: 'none' },
  jobs: { ...settings.jobs, fetchAudio: false },
})
