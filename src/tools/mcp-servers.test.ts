import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startMcpServer } from '../../test/support/mcp-server.ts'
import type { RemoteTools } from '../engines/remote-tools.ts'
import type { Log } from '../log.ts'
import { openRemoteTools, type RemoteToolsOptions } from './remote-tools.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const logged: string[] = []
const log: Log = {
  ...(Object.fromEntries(
    ['debug', 'info', 'warn', 'error'].map((level) => [
      level,
      (...line: unknown[]) => logged.push(JSON.stringify(line)),
    ]),
  ) as unknown as Log),
  child: () => log,
}
const work = () => ({ signal: new AbortController().signal, log })

const serve = async (options: { readonly key?: string } = {}) => {
  const server = await startMcpServer(options)
  endings.push(() => server.close())
  return server
}
const open = (options: Partial<RemoteToolsOptions> = {}): RemoteTools => {
  const tools = openRemoteTools({
    mcp: true,
    mcpHosts: [],
    privateHosts: ['127.0.0.1'],
    search: 'none',
    timeoutMs: 5000,
    ...options,
  })
  endings.push(() => tools.close())
  return tools
}
const at = (url: string, headers: Readonly<Record<string, string>> = {}) => ({ label: 'shop', url, headers })

describe('a server of tools', () => {
  it('tells its tools and runs them, on one connection that ends with the session', async () => {
    const server = await serve()
    const tools = open()
    const [hours, order] = await tools.list(at(server.url), work())
    expect(hours).toMatchObject({
      name: 'get_opening_hours',
      description: 'Tells the opening hours of the shop.',
      readOnly: true,
      parameters: { type: 'object', required: ['city'] },
    })
    expect(order).toMatchObject({ name: 'order_pizza', readOnly: false })
    const call = { name: 'get_opening_hours', arguments: '{"city":"Pune"}' }
    expect(await tools.call(at(server.url), call, work())).toEqual({
      type: 'output',
      text: 'The shop is open from nine to five in Pune.',
    })
    expect(new Set(server.headers.flatMap((headers) => headers['mcp-session-id'] ?? [])).size).toBe(1)
    await tools.close()
    expect(server.ended).toBe(1)
  })

  it('gets the keys that it asks for, which nobody else ever sees', async () => {
    const server = await serve({ key: 'secret-key' })
    const tools = open()
    const good = at(server.url, { Authorization: 'Bearer secret-key', host: 'elsewhere' })
    expect(await tools.list(good, work())).toHaveLength(6)
    const bad = at(server.url, { authorization: 'Bearer secret-guess' })
    await expect(tools.list(bad, work())).rejects.toMatchObject({
      code: 'provider_failed',
      message: 'The MCP server answered with HTTP 401.',
    })
    const broken = at(server.url, { 'x-key': 'secret\nkey' })
    await expect(tools.list(broken, work())).rejects.toMatchObject({ message: expect.not.stringContaining('secret') })
    expect(logged.join()).not.toContain('secret')
  })

  it('may fail, know no such call, say too much, or never answer: the model is told', async () => {
    const server = await serve()
    const tools = open({ timeoutMs: 500 })
    const call = (name: string, given = '{}') => tools.call(at(server.url), { name, arguments: given }, work())
    await tools.list(at(server.url), work())
    expect(await call('break_down')).toEqual({ type: 'failed', by: 'tool', message: 'It broke.' })
    expect(await call('nothing')).toMatchObject({ type: 'failed', message: expect.stringContaining('nothing') })
    expect(await call('get_opening_hours', '{"city":')).toMatchObject({ type: 'failed', by: 'tool' })
    expect(await call('take_forever')).toEqual({
      type: 'failed',
      by: 'protocol',
      code: -32_001,
      message: 'The tool did not answer in time.',
    })
    const much = await call('tell_everything')
    expect(much.type === 'output' && much.text.length).toBeLessThan(33_000)
  })

  it('whose answer is too large, or breaks off, fails the call at once', async () => {
    const server = await serve()
    const tools = open()
    const call = (name: string) => tools.call(at(server.url), { name, arguments: '{}' }, work())
    const brokenOff = { type: 'failed', by: 'protocol', message: 'The answer broke off, or was too large.' }
    expect(await call('tell_too_much')).toMatchObject(brokenOff)
    const waiting = call('take_forever')
    await vi.waitFor(() => expect(server.calls).toContainEqual(['take_forever', {}]))
    server.breakOff()
    expect(await waiting).toMatchObject(brokenOff)
    expect(await call('tell_everything')).toMatchObject({ type: 'output' })
  })

  it('is followed within its origin, and nowhere else', async () => {
    const server = await serve()
    const elsewhere = createServer((_, response) => response.writeHead(307, { location: server.url }).end())
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    endings.push(async () => {
      elsewhere.closeAllConnections()
      await new Promise((resolve) => elsewhere.close(resolve))
    })
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    await expect(open().list(at(url), work())).rejects.toMatchObject({
      message: 'The MCP server answered with HTTP 307.',
    })
    expect(server.headers).toEqual([])
    expect(await open().list(at(server.url.replace('/mcp', '/moved')), work())).toHaveLength(6)
  })

  it('is not asked where the operator does not want that', async () => {
    const server = await serve()
    const asked = (options: Partial<RemoteToolsOptions>, url = server.url) => open(options).list(at(url), work())
    await expect(asked({ mcp: false })).rejects.toMatchObject({ code: 'unavailable' })
    await expect(asked({ privateHosts: [] })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(asked({ mcpHosts: ['mcp.example.com'], privateHosts: [] })).rejects.toMatchObject({
      message: expect.stringContaining('tools.mcpHosts'),
    })
    await expect(asked({}, '')).rejects.toMatchObject({ code: 'unsupported' })
    await expect(asked({}, 'file:///etc/passwd')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(server.headers).toEqual([])
  })

  it('that is none, or cannot be reached, is told as that', async () => {
    const page = createServer((_, response) => response.end('<html>Hello</html>'))
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
    endings.push(async () => {
      page.closeAllConnections()
      await new Promise((resolve) => page.close(resolve))
    })
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`
    for (const address of [url, 'http://127.0.0.1:1/'])
      await expect(open().list(at(address), work())).rejects.toMatchObject({ code: 'provider_failed' })
  })
})
