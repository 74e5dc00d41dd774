import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSafeFetch, type SafeFetch } from '../outbound/safe-fetch.ts'
import { fetchAudio } from './fetched-audio.ts'

const endings: (() => Promise<unknown>)[] = []
let host = ''
let trusting: SafeFetch
const seen: string[] = []

const manners: RequestListener = (request, response) => {
  seen.push(`${request.url} ${request.headers.authorization ?? 'no credentials'}`)
  if (request.url === '/good') response.end('audio')
  else if (request.url === '/moved') response.writeHead(302, { location: `https://${host}/good` }).end()
  else if (request.url === '/empty') response.end()
  else if (request.url === '/large') response.end('x'.repeat(200))
  else if (request.url === '/endless') response.write('x'.repeat(200))
  else if (request.url === '/broken')
    response.writeHead(200, { 'content-length': 50 }).write('x', () => response.destroy())
  else response.writeHead(404).end()
}

beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  })
  const server = createServer({ cert, key }, manners)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  trusting = createSafeFetch({ privateHosts: [host], silenceMs: 5000, answerBytes: 100_000, ca: cert })
  endings.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  endings.push(() => trusting.close())
})
afterAll(async () => {
  for (const end of endings) await end()
})

const get = (address: string, { fetch }: SafeFetch = trusting): Promise<Uint8Array> =>
  fetchAudio(address, { fetch, limitBytes: 100, signal: new AbortController().signal })

it('fetches what lies behind an https address, without credentials', async () => {
  expect(Buffer.from(await get(`https://${host}/good`)).toString()).toBe('audio')
  expect(seen.at(-1)).toBe('/good no credentials')
})

it('follows no redirect, and takes no other status than 200', async () => {
  const before = seen.length
  await expect(get(`https://${host}/moved`)).rejects.toMatchObject({ code: 'invalid_request', param: 'audioUri' })
  expect(seen.slice(before)).toEqual(['/moved no credentials'])
  await expect(get(`https://${host}/nowhere`)).rejects.toThrow('404')
})

it('refuses what is not https, what holds credentials, and what only this machine can reach', async () => {
  const before = seen.length
  const open = createSafeFetch({ silenceMs: 5000, answerBytes: 100 })
  endings.push(() => open.close())
  for (const address of [`http://${host}/good`, `https://me:secret@${host}/good`, 'file:///etc/passwd', 'words', ''])
    await expect(get(address)).rejects.toMatchObject({ code: 'invalid_request', param: 'audioUri' })
  await expect(get(`https://${host}/good`, open)).rejects.toMatchObject({ code: 'invalid_request', param: 'audioUri' })
  expect(seen).toHaveLength(before)
})

it('breaks off what is too large, said or not, and tells of what is empty or broken', async () => {
  for (const path of ['/large', '/endless'])
    await expect(get(`https://${host}${path}`)).rejects.toMatchObject({ code: 'too_large' })
  for (const path of ['/empty', '/broken'])
    await expect(get(`https://${host}${path}`)).rejects.toMatchObject({ code: 'invalid_request' })
})
