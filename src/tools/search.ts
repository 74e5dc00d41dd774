/** Web search: a query → compact text with sources, by SearXNG, Brave, Exa or Tavily. */
import type { RemoteTools } from '../engines/remote-tools.ts'
import { VoiceError } from '../errors.ts'

export type SearchEngine = 'searxng' | 'brave' | 'exa' | 'tavily'

export interface SearchOptions {
  readonly engine: SearchEngine
  /** In place of the engine's own address; SearXNG has none of its own. */
  readonly url?: string | undefined
  readonly apiKey?: string | undefined
  readonly timeoutMs: number
}

type Fields = Readonly<Record<string, unknown>>

/** How an engine is asked, and where its answer has what was found. */
interface Wire {
  readonly address: string
  request(query: string, most: number, apiKey: string): { readonly path: string; readonly init: RequestInit }
  found(answer: Fields): unknown
  /** The field that says what is there. */
  readonly snippet: string
}

const longestQuery = 400
const longestSnippet = 600
const answerBytes = 2 * 1024 * 1024

const post = (path: string, headers: Record<string, string>, body: object) => ({
  path,
  init: { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) },
})

const wires: Readonly<Record<SearchEngine, Wire>> = {
  searxng: {
    address: '',
    request: (query) => ({ path: `/search?${new URLSearchParams({ q: query, format: 'json' })}`, init: {} }),
    found: ({ results }) => results,
    snippet: 'content',
  },
  brave: {
    address: 'https://api.search.brave.com',
    request: (query, most, apiKey) => ({
      path: `/res/v1/web/search?${new URLSearchParams({ q: query, count: `${most}` })}`,
      init: { headers: { 'x-subscription-token': apiKey } },
    }),
    found: ({ web }) => (web as Fields | undefined)?.results,
    snippet: 'description',
  },
  exa: {
    address: 'https://api.exa.ai',
    request: (query, most, apiKey) => {
      const contents = { text: { maxCharacters: longestSnippet } }
      return post('/search', { 'x-api-key': apiKey }, { query, numResults: most, contents })
    },
    found: ({ results }) => results,
    snippet: 'text',
  },
  tavily: {
    address: 'https://api.tavily.com',
    request: (query, most, apiKey) =>
      post('/search', { authorization: `Bearer ${apiKey}` }, { query, max_results: most }),
    found: ({ results }) => results,
    snippet: 'content',
  },
}

/** Text without markup and line breaks, of a sensible length. */
const plain = (value: unknown, longest: number): string => {
  const text = typeof value === 'string' ? value : ''
  const bare = text
    .slice(0, 4 * longest)
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return bare.length > longest ? `${bare.slice(0, longest)}…` : bare
}

const textOf = (found: unknown, snippet: string, most: number): string => {
  const results = Array.isArray(found) ? found.filter((one) => typeof one?.url === 'string').slice(0, most) : []
  if (results.length === 0) return 'Nothing was found.'
  return results
    .map((one: Fields) => `${plain(one.title, 200)}: ${plain(one[snippet], longestSnippet)} (source: ${one.url})`)
    .join('\n')
}

/** A search with one engine. Throws `unavailable`, `provider_failed`, `timeout` with nothing of the query in it. */
export const searchWith = (options: SearchOptions): NonNullable<RemoteTools['search']> => {
  const { engine, apiKey, timeoutMs } = options
  const wire = wires[engine]
  const address = (options.url ?? wire.address).replace(/\/+$/, '')
  return async (query, { most, signal }) => {
    if (!URL.canParse(address))
      throw new VoiceError('unavailable', 'The search engine has no address, or one that is none (tools.searchUrl).')
    if (engine !== 'searxng' && apiKey === undefined)
      throw new VoiceError('unavailable', 'The search engine has no key (PARLEY_TOOLS_SEARCH_API_KEY).')
    const { createSafeFetch } = await import('../outbound/safe-fetch.ts')
    // Where the operator said it is, it may be reached.
    const { host, hostname } = new URL(address)
    const safe = createSafeFetch({ privateHosts: [host, hostname], silenceMs: timeoutMs, answerBytes })
    const late = AbortSignal.timeout(timeoutMs)
    try {
      const { path, init } = wire.request(query.slice(0, longestQuery), most, apiKey ?? '')
      const headers = { accept: 'application/json', ...(init.headers as Record<string, string>) }
      const answer = await safe.fetch(`${address}${path}`, {
        ...init,
        headers,
        signal: AbortSignal.any([signal, late]),
      })
      if (!answer.ok) throw new VoiceError('provider_failed', `The search engine answered with HTTP ${answer.status}.`)
      return textOf(wire.found((await answer.json()) as Fields), wire.snippet, most)
    } catch (error) {
      if (error instanceof VoiceError) throw error
      if (late.aborted) throw new VoiceError('timeout', 'The search engine did not answer in time.')
      throw new VoiceError('provider_failed', 'The search engine could not be asked.')
    } finally {
      await safe.close()
    }
  }
}
