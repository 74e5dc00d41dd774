import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { clip, readClip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { openClient, type Received, type WireClient } from '../support/wire-client.ts'
import { wordErrorRate } from '../support/words.ts'

const known = ['connected', 'processing', 'transcript', 'error', 'speech_start', 'speech_end']
const speech = async (name: string): Promise<Uint8Array> => samplesToPcm16((await readClip(clip(name))).samples)
const sendAudio = (client: WireClient, audio: Uint8Array, step = 1024): void => {
  for (let start = 0; start < audio.length; start += step) client.send(audio.subarray(start, start + step))
}
const ofType = (type: string) => (message: Received) => message.type === type

describe('the Vachana socket with the real recognizer', () => {
  needs(pocketsphinx, recordings)
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())
  const open = (headers: Record<string, string> = {}, path = '/stt/v3/stream'): Promise<WireClient> =>
    openClient(`${server.socketUrl}${path}`, { headers: { 'x-api-key-id': testKey, lang_code: 'en-IN', ...headers } })

  it('says connected first, then start, end, processing and the transcript, in that order', async () => {
    const client = await open({ 'x-api-request-id': 'req_test' })
    expect(await client.until(() => true)).toMatchObject({
      type: 'connected',
      request_id: 'req_test',
      config: { sample_rate: 16000, chunk_size: 512 },
    })
    sendAudio(client, await speech('librivox-0870'))
    sendAudio(client, new Uint8Array(32_000))
    const transcript = await client.until(ofType('transcript'))
    expect(wordErrorRate(clip('librivox-0870').text, String(transcript.text))).toBeLessThan(0.6)
    expect(transcript).toMatchObject({
      segment_index: '0',
      segment_id: expect.any(String),
      latency: expect.any(Number),
    })
    const types = client.received.map(({ type }) => type)
    expect(types.filter((type) => !known.includes(String(type)))).toEqual([])
    expect(types.slice(0, 5)).toEqual(['connected', 'speech_start', 'speech_end', 'processing', 'transcript'])
    client.socket.close(1000)
    expect((await client.closed).code).toBe(1000)
  })

  it('ends the segment when the client just stops sending, with frames of any length', async () => {
    const client = await open()
    sendAudio(client, await speech('cards-002'), 777)
    const transcript = await client.until(ofType('transcript'))
    expect(String(transcript.text)).not.toBe('')
    client.socket.terminate()
  })

  it('sends partial results only to clients that ask for them, then one final transcript', async () => {
    const client = await open({ 'x-partials': 'true' })
    // At the pace of speech: a recognizer that is behind gives fewer partials.
    const audio = await speech('librivox-0870')
    for (let start = 0; start < audio.length; start += 3200) {
      client.send(audio.subarray(start, start + 3200))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    sendAudio(client, new Uint8Array(32_000))
    const final = await client.until(ofType('final_transcript'))
    const ids = client.received.filter((message) => 'utterance_id' in message).map((message) => message.utterance_id)
    expect(new Set(ids.slice(0, ids.indexOf(final.utterance_id) + 1)).size).toBe(1)
    expect(client.received.some(ofType('partial_transcript'))).toBe(true)
    expect(client.received.some(ofType('transcript'))).toBe(false)
    client.socket.terminate()
  })

  it('stays silent in digital silence, ignores text it does not know, and takes vocabulary without a reply', async () => {
    const client = await open({}, '/stt/v3')
    client.send({ type: 'update_settings', bias: { list: ['parley'], score: 1.5 } })
    client.socket.send('hello')
    sendAudio(client, new Uint8Array(64_000))
    sendAudio(client, await speech('cards-003'))
    await client.until(ofType('transcript'))
    expect(client.received.map(({ type }) => type).slice(0, 2)).toEqual(['connected', 'speech_start'])
    client.socket.terminate()
  })

  it('accepts a language that no engine knows, then says so at the first speech and closes with 1011', async () => {
    const client = await open({ lang_code: 'ta-IN' })
    await client.until(ofType('connected'))
    sendAudio(client, await speech('librivox-0930'))
    expect(String((await client.until(ofType('error'))).message)).toMatch(/parley models/)
    expect((await client.closed).code).toBe(1011)
    expect(client.received.some(ofType('transcript'))).toBe(false)
  })
})

describe('the Vachana socket, misused', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())
  const url = (): string => `${server.socketUrl}/stt/v3/stream`

  it('refuses a missing or unknown key, and a bad sample rate, before the handshake', async () => {
    await expect(openClient(url())).rejects.toMatchObject({
      status: 401,
      body: expect.stringContaining('MISSING_API_KEY'),
    })
    await expect(openClient(url(), { headers: { 'x-api-key-id': 'no' } })).rejects.toMatchObject({ status: 401 })
    const headers = { 'x-api-key-id': testKey, 'x-sample-rate': '12345' }
    await expect(openClient(url(), { headers })).rejects.toMatchObject({ status: 400 })
  })

  it('answers a message over 1 MiB with an error and closes with 1009', async () => {
    const client = await openClient(url(), { headers: { 'x-api-key-id': testKey } })
    client.send(new Uint8Array(1_100_000))
    expect((await client.closed).code).toBe(1009)
    expect(client.received.map(({ type }) => type)).toEqual(['connected', 'error'])
  })
})
