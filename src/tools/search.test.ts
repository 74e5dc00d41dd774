import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { type SearchEngine, searchWith } from './search.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An engine that gives one answer and remembers what it was asked. */
const engineSaying = async (answer: string, status = 200): Promise<{ url: string; asked: Asked[] }> => {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    asked.push({ method: request.method, url: request.url, headers: request.headers, body })
    if (status > 0) response.writeHead(status, { 'content-type': 'application/json' }).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const options = { most: 2, signal: new AbortController().signal, log: silentLog }
const ask = (engine: SearchEngine, url: string, { timeoutMs = 5000 } = {}) =>
  searchWith({ engine, url, apiKey: 'key', timeoutMs })('tides at Brest', options)

const found = (snippet: string) => [
  { title: 'Tides', url: 'https://tides.example/brest', [snippet]: 'High <strong>water</strong> at\n nine.' },
  { title: 'Brest', url: 'https://brest.example/', [snippet]: 'A port.' },
  { title: 'More', url: 'https://more.example/', [snippet]: 'More.' },
]
const told = [
  'Tides: High water at nine. (source: https://tides.example/brest)',
  'Brest: A port. (source: https://brest.example/)',
].join('\n')

const get = (url: string) => ({ method: 'GET', url })
const post = (body: object) => ({ method: 'POST', url: '/search', body: JSON.stringify(body) })

it.each<[SearchEngine, object, object]>([
  ['searxng', { results: found('content') }, get('/search?q=tides+at+Brest&format=json')],
  [
    'brave',
    { web: { results: found('description') } },
    { ...get('/res/v1/web/search?q=tides+at+Brest&count=2'), headers: { 'x-subscription-token': 'key' } },
  ],
  [
    'exa',
    { results: found('text') },
    {
      ...post({ query: 'tides at Brest', numResults: 2, contents: { text: { maxCharacters: 600 } } }),
      headers: { 'x-api-key': 'key' },
    },
  ],
  [
    'tavily',
    { results: found('content') },
    { ...post({ query: 'tides at Brest', max_results: 2 }), headers: { authorization: 'Bearer key' } },
  ],
])('%s is asked in its own wire, and what it finds is told with its sources', async (engine, answer, asked) => {
  const server = await engineSaying(JSON.stringify(answer))
  expect(await ask(engine, `${server.url}/`)).toBe(told)
  expect(server.asked).toMatchObject([asked])
})

it('says so when nothing was found, and when the engine is not as it should be', async () => {
  expect(await ask('searxng', (await engineSaying('{"results":[]}')).url)).toBe('Nothing was found.')
  expect(await ask('brave', (await engineSaying('{"results":7}')).url)).toBe('Nothing was found.')
  const failed = { code: 'provider_failed' }
  await expect(ask('exa', (await engineSaying('{}', 403)).url)).rejects.toMatchObject({ ...failed, message: /403/ })
  await expect(ask('exa', (await engineSaying('<html>')).url)).rejects.toMatchObject(failed)
  await expect(ask('exa', 'http://127.0.0.1:1')).rejects.toMatchObject(failed)
  const slow = await engineSaying('', 0)
  await expect(ask('searxng', slow.url, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' })
})

it('does not begin without an address or a key', async () => {
  const { url, asked } = await engineSaying('{}')
  const unset = { code: 'unavailable' }
  await expect(ask('searxng', '')).rejects.toMatchObject(unset)
  await expect(searchWith({ engine: 'tavily', url, timeoutMs: 100 })('x', options)).rejects.toMatchObject(unset)
  expect(asked).toEqual([])
})
