import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createSafeFetch, type Resolve, type SafeFetchOptions } from './safe-fetch.ts'

const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

/** A server on loopback; gives its host with port. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const open = (options: Partial<SafeFetchOptions> = {}) => {
  const safe = createSafeFetch({ silenceMs: 5000, answerBytes: 100_000, ...options })
  endings.push(() => safe.close())
  return safe.fetch
}
/** Gives one answer after the other, the last one again and again. */
const names = (...answers: readonly (readonly string[])[]): Resolve & { asked: number } => {
  const resolve = Object.assign(
    async () => {
      const found = answers[Math.min(resolve.asked, answers.length - 1)] ?? []
      resolve.asked += 1
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
    { asked: 0 },
  )
  return resolve
}
const refusal = { code: 'invalid_request' }

describe('what is not reached', () => {
  it.each([
    ...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f000001/', 'http://0177.0.0.1/', 'http://127.1/'],
    ...[
      'http://0/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://169.254.169.254/',
    ],
    ...[
      'http://１２７.0.0.1/',
      'http://127.0.0.1./',
      'http://[fe80::1%25eth0]/',
      'http://[fe80::1]/',
      'https://10.0.0.1/',
    ],
    ...['file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,hello', 'gopher://127.0.0.1/', 'not a url', ''],
  ])('%s, without any request', async (url) => {
    const resolve = names(['8.8.8.8'])
    await expect(open({ resolve })(url)).rejects.toMatchObject(refusal)
    expect(resolve.asked).toBe(0)
  })

  it('loopback, however the number is written', async () => {
    const base = (value: number, radix: 8 | 10 | 16): string =>
      ({ 8: `0${value.toString(8)}`, 10: `${value}`, 16: `0x${value.toString(16)}` })[radix]
    const radix = fc.constantFrom(8 as const, 10 as const, 16 as const)
    const fetch = open({ resolve: names(['8.8.8.8']) })
    const property = fc.asyncProperty(fc.integer({ min: 0, max: 0xffffff }), radix, radix, async (rest, one, two) => {
      const written = [base(127 * 2 ** 24 + rest, one), `${base(127, one)}.${base(rest, two)}`]
      for (const host of written) await expect(fetch(`http://${host}/`)).rejects.toMatchObject(refusal)
    })
    await fc.assert(property, { numRuns: 50 })
  })

  it('a name that leads to this machine, or one of whose addresses does', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['8.8.8.8', '10.0.0.1'],
      ['2606:4700::1111', '::1'],
      ['::ffff:127.0.0.1'],
      [],
    ])
      await expect(open({ resolve: names(addresses) })('http://rebind.test/')).rejects.toMatchObject(refusal)
  })

  it('a name that first leads elsewhere and then to this machine: it is looked up once, and checked each time', async () => {
    let reached = 0
    const host = await serve((_, response) => {
      reached += 1
      response.end('secret')
    })
    const port = host.split(':')[1]
    const resolve = names(['192.0.2.1'], ['127.0.0.1'])
    const fetch = open({ resolve })
    for (let round = 1; round <= 3; round += 1) {
      await expect(fetch(`http://rebind.test:${port}/`)).rejects.toMatchObject(refusal)
      expect(resolve.asked).toBe(round)
    }
    expect(reached).toBe(0)
  })

  it('what a redirect leads to, unless it may be reached itself; nor is there an end of redirects', async () => {
    let secrets = 0
    const inner = await serve((_, response) => {
      secrets += 1
      response.end('secret')
    })
    const outer = await serve((request, response) => {
      const target = request.url === '/loop' ? '/loop' : `http://${inner}/`
      response.writeHead(302, { location: target }).end()
    })
    const fetch = open({ privateHosts: [outer] })
    await expect(fetch(`http://${outer}/`)).rejects.toMatchObject(refusal)
    await expect(fetch(`http://${outer}/loop`)).rejects.toMatchObject(refusal)
    expect(secrets).toBe(0)
  })
})

describe('what is reached', () => {
  it('is a host that the operator named, by this port alone where one is named', async () => {
    const host = await serve((_, response) => response.end('hello'))
    const other = await serve((_, response) => response.end('other'))
    const fetch = open({ privateHosts: [host] })
    expect(await (await fetch(`http://${host}/`)).text()).toBe('hello')
    await expect(fetch(`http://${other}/`)).rejects.toMatchObject(refusal)
    const byName = open({ privateHosts: ['search.lan'], resolve: names(['127.0.0.1']) })
    expect(await (await byName(`http://Search.LAN:${host.split(':')[1]}/`)).text()).toBe('hello')
  })

  it('gets its own name as host, and at another origin nothing that the first was trusted with', async () => {
    const seen: (string | undefined)[] = []
    const second = await serve((request, response) => {
      seen.push(request.headers.host, request.headers.authorization, request.headers['x-key'] as string | undefined)
      response.end('there')
    })
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(307, { location: `http://named.test:${second.split(':')[1]}/` }).end()
    })
    const fetch = open({ privateHosts: [first, 'named.test'], resolve: names(['127.0.0.1']) })
    const answer = await fetch(`http://${first}/`, { headers: { authorization: 'Bearer secret', 'x-key': 'secret' } })
    expect(await answer.text()).toBe('there')
    expect(seen).toEqual(['Bearer secret', `named.test:${second.split(':')[1]}`, undefined, undefined])
  })
})

it('takes no answer that unfolds into another', async () => {
  const host = await serve((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity')
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)))
  })
  const fetch = open({ privateHosts: [host] })
  await expect(fetch(`http://${host}/`)).rejects.toMatchObject({ code: 'provider_failed' })
})

it('breaks off an answer that is too large, one with too large a head, and one that does not come', async () => {
  const host = await serve((request, response) => {
    if (request.url === '/large') response.end('x'.repeat(200_000))
    if (request.url === '/head') response.writeHead(200, { 'x-much': 'x'.repeat(20_000) }).end()
  })
  const fetch = open({ privateHosts: [host], silenceMs: 100 })
  await expect(fetch(`http://${host}/large`).then((answer) => answer.text())).rejects.toThrow()
  await expect(fetch(`http://${host}/head`)).rejects.toThrow()
  await expect(fetch(`http://${host}/never`)).rejects.toThrow()
})
