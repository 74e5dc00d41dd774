/** Which model a server of the operator's own has: asked over its API, and remembered for a while. */
import type { ConfiguredProvider } from './language-providers.ts'

const rememberMs = 30_000
const patienceMs = 1000

interface Listing {
  readonly data?: readonly { readonly id?: unknown }[]
}

/** Asks `GET <baseUrl>/models`. Gives the model that was set, else the usual or the first one; undefined where nobody answers. */
export const servedModels = (
  keyOf: (provider: string) => string | undefined,
): ((server: ConfiguredProvider) => Promise<string | undefined>) => {
  const known = new Map<string, { readonly untilMs: number; readonly model: Promise<string | undefined> }>()

  const ask = async ({ name, baseUrl = '', model, modelIsSet }: ConfiguredProvider): Promise<string | undefined> => {
    const key = keyOf(name)
    try {
      const url = new URL(baseUrl)
      if (url.pathname === '/') url.pathname = '/v1'
      const response = await fetch(`${url.href.replace(/\/$/, '')}/models`, {
        headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
        signal: AbortSignal.timeout(patienceMs),
      })
      if (!response.ok || modelIsSet) {
        await response.body?.cancel()
        return model
      }
      const listing = (await response.json()) as Listing | null
      const ids = (Array.isArray(listing?.data) ? listing.data : []).flatMap(({ id }) =>
        typeof id === 'string' ? id : [],
      )
      return model !== undefined && ids.includes(model) ? model : (ids[0] ?? model)
    } catch {
      return undefined
    }
  }

  return (server) => {
    const nowMs = performance.now()
    const before = known.get(server.name)
    if (before && before.untilMs > nowMs) return before.model
    const model = ask(server)
    known.set(server.name, { untilMs: nowMs + rememberMs, model })
    return model
  }
}
