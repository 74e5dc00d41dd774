/** A whole server on a free port of this machine, for journeys. */
import { silentLog } from '../../src/log.ts'
import { loadSettings } from '../../src/server/config.ts'
import type { OwnProviders } from '../../src/server/engines.ts'
import { createServer, type ParleyServer } from '../../src/server/server.ts'

/** The key that test servers know. */
export const testKey = 'dGVzdC1rZXk6c2VjcmV0'

/** Starts a server; `environment` holds settings such as `PARLEY_LIMITS_SESSIONS_PER_KEY`. Close it at the end. */
export const startServer = async (
  environment: Readonly<Record<string, string>> = {},
  providers: OwnProviders = {},
  parts: { readonly playground?: URL } = {},
): Promise<ParleyServer & { readonly socketUrl: string }> => {
  const cache = process.env.PARLEY_CACHE_DIR
  const settings = loadSettings({
    env: {
      PARLEY_PORT: '0',
      PARLEY_API_KEYS: testKey,
      PARLEY_SHUTDOWN_GRACE_MS: '0',
      ...(cache ? { PARLEY_CACHE_DIR: cache } : {}),
      ...environment,
    },
    cwd: '/',
  })
  const server = await createServer(settings, { log: silentLog, providers, ...parts })
  return Object.assign(server, { socketUrl: server.url.replace('http', 'ws') })
}
