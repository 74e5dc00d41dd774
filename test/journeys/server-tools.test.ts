/** Tools that the server runs, over real sockets: MCP servers and web search, with the embedded agent. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startMcpServer } from '../support/mcp-server.ts'
import { openRealtime } from '../support/realtime-client.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import type { Received } from '../support/wire-client.ts'

const endings: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const start = async (environment: Readonly<Record<string, string>> = {}) => {
  const server = await startTalkingServer({}, { PARLEY_MODELS_LANGUAGE_MODEL: 'parley/rules', ...environment })
  endings.push(() => server.close())
  return server
}
const connect = async (socketUrl: string, path?: string) => {
  const client = await openRealtime(socketUrl, path === undefined ? {} : { path })
  endings.push(() => client.socket.terminate())
  return client
}
const toolServer = async (options: { readonly key?: string } = {}) => {
  const server = await startMcpServer(options)
  endings.push(() => server.close())
  return server
}
const textOf = (done: Received): string => JSON.stringify((done.response as { output: unknown }).output)
const write = { output_modalities: ['text'] }

describe('the tools of an MCP server', () => {
  it('are found, called and answered, with no key and no function of the client’s', async () => {
    const shop = await toolServer({ key: 'shop-key' })
    const { socketUrl } = await start({ PARLEY_TOOLS_MCP: 'true', PARLEY_TOOLS_PRIVATE_HOSTS: shop.host })
    const client = await connect(socketUrl)
    const tool = { type: 'mcp', server_label: 'shop', server_url: shop.url, require_approval: 'never' }
    await client.configure({ ...write, tools: [{ ...tool, authorization: 'shop-key' }] })
    await client.next('mcp_list_tools.completed')
    const listed = await client.until(({ type, item }) => type === 'conversation.item.done' && item !== undefined)
    expect(listed.item).toMatchObject({ type: 'mcp_list_tools', server_label: 'shop' })
    await client.ask('What are the opening hours in Pune?')
    await client.next('response.mcp_call.completed')
    const done = await client.until((event) => event.type === 'response.done' && textOf(event).includes('output_text'))
    expect(textOf(done)).toContain('open from nine to five in Pune')
    expect(shop.calls).toEqual([['get_opening_hours', { city: 'Pune' }]])
    expect(JSON.stringify(client.received)).not.toContain('shop-key')
    client.socket.close()
    await expect.poll(() => shop.ended).toBe(1)
  })

  it('wait for the client to allow what is to be asked', async () => {
    const shop = await toolServer()
    const { socketUrl } = await start({ PARLEY_TOOLS_MCP: 'true', PARLEY_TOOLS_PRIVATE_HOSTS: shop.host })
    const client = await connect(socketUrl)
    const never = { read_only: true }
    const tool = { type: 'mcp', server_label: 'shop', server_url: shop.url, require_approval: { never } }
    await client.configure({ ...write, tools: [tool] })
    await client.next('mcp_list_tools.completed')
    const done = await client.ask('Order a pizza with ham topping')
    const request = (done.response as { output: { id: string }[] }).output[0]!
    expect(request).toMatchObject({ type: 'mcp_approval_request', name: 'order_pizza' })
    expect(shop.calls).toEqual([])
    const item = { type: 'mcp_approval_response', approval_request_id: request.id, approve: true }
    client.send({ type: 'conversation.item.create', item })
    await client.until((event) => event.type === 'response.done' && textOf(event).includes('on its way'))
    expect(shop.calls).toHaveLength(1)
  })

  it('are refused in the words of the wire where the operator has not allowed them', async () => {
    const shop = await toolServer()
    const { socketUrl } = await start()
    const client = await connect(socketUrl)
    await client.configure({ ...write, tools: [{ type: 'mcp', server_label: 'shop', server_url: shop.url }] })
    await client.next('mcp_list_tools.failed')
    const { item } = await client.next('conversation.item.done')
    expect(item).toMatchObject({ type: 'mcp_list_tools', tools: [], error: expect.stringContaining('tools.mcp') })
    expect(textOf(await client.ask('Hello'))).toContain('output_text')
    expect(shop.headers).toEqual([])
  })
})

describe('a web search', () => {
  const searchTool = { type: 'web_search', providerData: { engine: 'google', max_results: 2, max_steps: 1 } }
  const inworld = '/v1/realtime/session?model=parley/rules'

  it('is part of the answer, and of nothing else that is told', async () => {
    const asked: (string | undefined)[] = []
    const engine = createServer((request, response) => {
      asked.push(request.url)
      const results = [{ title: 'Tides', url: 'https://tides.example/', content: 'High water is at nine.' }]
      response.end(JSON.stringify({ results }))
    })
    await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve))
    endings.push(() => new Promise((resolve) => engine.close(resolve)))
    const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`
    const { socketUrl } = await start({ PARLEY_TOOLS_SEARCH: 'searxng', PARLEY_TOOLS_SEARCH_URL: url })
    const client = await connect(socketUrl, inworld)
    await client.configure({ ...write, tools: [searchTool] })
    const after = client.received.length
    const done = await client.ask('Search the web for tides at Brest')
    expect(textOf(done)).toContain('High water is at nine')
    expect(asked).toEqual([expect.stringContaining('tides+at+Brest')])
    const told = client.types(after)
    expect(told.filter((type) => type === 'response.created')).toHaveLength(1)
    expect(told.filter((type) => /function_call|mcp|search/.test(type))).toEqual([])
  })

  it('is taken and given back, and no model hears of it, where there is nothing to search with', async () => {
    const { socketUrl } = await start()
    const client = await connect(socketUrl, inworld)
    const { session } = await client.configure({ ...write, tools: [searchTool] })
    expect(session).toMatchObject({ tools: [searchTool] })
    expect((await client.ask('Search the web for tides at Brest')).response).toMatchObject({ status: 'completed' })
  })
})
