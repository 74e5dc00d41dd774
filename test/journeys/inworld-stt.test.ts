import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { clip, readClip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { openClient, type Received, type WireClient } from '../support/wire-client.ts'
import { wordErrorRate } from '../support/words.ts'

/** On a busy machine the second hearing is late and the streaming one counts, which errs more. */
const streamed = 0.5
const path = '/stt/v1/transcribe:streamBidirectional'
const speech = async (name = 'librivox-0930'): Promise<Uint8Array> =>
  samplesToPcm16((await readClip(clip(name))).samples)
const config = (more: Received = {}): Received => ({
  transcribeConfig: {
    modelId: 'inworld/inworld-stt-1',
    audioEncoding: 'LINEAR16',
    sampleRateHertz: 16000,
    includeWordTimestamps: true,
    ...more,
  },
})
const manual = config({ inworldSttV1Config: { vadThreshold: 0 } })
const sendAudio = (client: WireClient, audio: Uint8Array, step = 3200): void => {
  for (let start = 0; start < audio.length; start += step) {
    client.send({ audioChunk: { content: Buffer.from(audio.subarray(start, start + step)).toString('base64') } })
  }
}
const result = (message: Received): Received => (message.result ?? {}) as Received
const transcription = (message: Received): Received | undefined => result(message).transcription as Received | undefined
const isFinal = (message: Received): boolean => transcription(message)?.isFinal === true
const finals = (client: WireClient): readonly Received[] =>
  client.received.filter(isFinal).map((message) => transcription(message)!)

describe('the Inworld socket with the real recognizer', () => {
  needs(pocketsphinx, recordings)
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.close())
  const open = (): Promise<WireClient> =>
    openClient(`${server.socketUrl}${path}`, { headers: { authorization: `Basic ${testKey}` } })

  it('hears a whole clip as one manual turn, with its words and their times', async () => {
    const client = await open()
    client.send(manual)
    sendAudio(client, await speech())
    client.send({ endTurn: {} })
    const final = transcription(await client.until(isFinal))!
    expect(wordErrorRate(clip('librivox-0930').text, String(final.transcript))).toBeLessThan(streamed)
    const words = final.wordTimestamps as readonly { startTimeMs: number; endTimeMs: number; confidence: number }[]
    expect(words.length).toBeGreaterThan(3)
    for (const [index, word] of words.entries()) {
      expect(word.endTimeMs).toBeGreaterThan(word.startTimeMs)
      if (index > 0) expect(word.startTimeMs).toBeGreaterThanOrEqual(words[index - 1]!.startTimeMs)
      expect(word.confidence).toBeGreaterThanOrEqual(0)
      expect(word.confidence).toBeLessThanOrEqual(1)
    }
    client.send({ closeStream: {} })
    expect((await client.closed).code).toBe(1000)
    const usage = result(client.received.at(-1)!).usage as Received
    expect(usage.modelId).toBe('inworld/inworld-stt-1')
    expect(usage.transcribedAudioMs).toBe(Math.round((await speech()).length / 32))
    expect(finals(client)).toHaveLength(1)
  })

  it('finds turns by itself: started, interims, stopped, final, in that order', async () => {
    const client = await open()
    client.send(config())
    const audio = await speech('cards-001')
    sendAudio(client, audio)
    sendAudio(client, new Uint8Array(32_000 * 2.5))
    await client.until(isFinal)
    client.send({ closeStream: {} })
    await client.closed
    const kinds = client.received.map((message) => {
      const [kind] = Object.keys(result(message))
      return kind === 'transcription' ? (isFinal(message) ? 'final' : 'interim') : kind
    })
    expect(kinds[0]).toBe('speechStarted')
    expect(kinds.indexOf('speechStopped')).toBeGreaterThan(0)
    expect(kinds.lastIndexOf('speechStopped')).toBeLessThan(kinds.lastIndexOf('final'))
    expect(kinds.at(-1)).toBe('usage')
  })

  it('answers endTurn and closeStream sent together with the final first, then usage, then a close', async () => {
    const client = await open()
    client.send(manual)
    sendAudio(client, await speech('cards-001'))
    const seen = client.received.length
    client.send({ endTurn: {} })
    client.send({ closeStream: {} })
    expect((await client.closed).code).toBe(1000)
    const after = client.received.slice(seen).filter((message) => transcription(message)?.isFinal !== false)
    expect(after).toHaveLength(2)
    expect(isFinal(after[0]!)).toBe(true)
    expect(String(transcription(after[0]!)!.transcript)).not.toBe('')
    expect(result(after[1]!).usage).toBeDefined()
  })

  it('gives the final without endTurn when the stream is closed', async () => {
    const client = await open()
    client.send(config())
    sendAudio(client, await speech('cards-002'))
    client.send({ closeStream: {} })
    await client.closed
    expect(finals(client).map(({ transcript }) => transcript)).not.toContain('')
    expect(finals(client).length).toBeGreaterThan(0)
  })

  it('gives one empty final for an endTurn after silence, and never words', async () => {
    const client = await open()
    client.send(manual)
    sendAudio(client, new Uint8Array(96_000))
    client.send({ endTurn: {} })
    expect(transcription(await client.until(isFinal))?.transcript).toBe('')
    client.send({ closeStream: {} })
    await client.closed
    expect(client.received).toHaveLength(2)
  })

  it('takes snake case, odd chunk sizes and a WAV file under the name of raw audio', async () => {
    const client = await open()
    client.send({
      transcribe_config: { model_id: 'inworld/inworld-stt-1', inworld_stt_v1_config: { vad_threshold: 0 } },
    })
    const { writeWav } = await import('../../src/audio/wav.ts')
    const { samples } = await readClip(clip('librivox-0870'))
    const wav = writeWav(samples, 16_000)
    for (let start = 0; start < wav.length; start += 1777) {
      client.send({ audio_chunk: { content: Buffer.from(wav.subarray(start, start + 1777)).toString('base64') } })
    }
    client.send({ end_turn: {} })
    const final = transcription(await client.until(isFinal))!
    expect(wordErrorRate(clip('librivox-0870').text, String(final.transcript))).toBeLessThan(streamed)
    client.send({ close_stream: {} })
    await client.closed
  })

  it('takes all the audio of a large message before what comes after it', async () => {
    const client = await open()
    client.send(config())
    const seconds = 60
    const audio = new Uint8Array(seconds * 32_000)
    sendAudio(client, audio, audio.length)
    client.send({ closeStream: {} })
    const { usage } = result(await client.until((message) => 'usage' in result(message)))
    expect(usage).toMatchObject({ transcribedAudioMs: seconds * 1000 })
    expect((await client.closed).code).toBe(1000)
  })

  it('says what the voice is like when asked, and only then', async () => {
    const asked = await open()
    asked.send(
      config({ voiceProfileConfig: { enableVoiceProfile: true, topN: 1 }, inworldSttV1Config: { vadThreshold: 0 } }),
    )
    const plain = await open()
    plain.send(manual)
    for (const client of [asked, plain]) {
      sendAudio(client, await speech())
      client.send({ endTurn: {} })
    }
    const profile = transcription(await asked.until(isFinal))!.voiceProfile as Record<string, readonly Received[]>
    expect(Object.keys(profile).sort()).toEqual(['accent', 'age', 'emotion', 'pitch', 'vocalStyle'])
    expect(profile.vocalStyle?.[0]?.label).toBe('normal')
    expect(profile.pitch).toHaveLength(1)
    expect(transcription(await plain.until(isFinal))).not.toHaveProperty('voiceProfile')
    for (const client of [asked, plain]) client.socket.terminate()
  })

  it('refuses an unknown model with the exact words of the service, and serves on', async () => {
    const client = await open()
    client.send({ transcribeConfig: { modelId: 'inworld/stt-v1' } })
    sendAudio(client, new Uint8Array(6400))
    expect((await client.closed).code).toBe(1000)
    expect(client.received).toEqual([
      { error: { code: 3, message: 'No STT client found for model: inworld/stt-v1', details: [] } },
    ])
  })

  it('drops a language that no engine here knows with one clear error, and never makes up text', async () => {
    const client = await open()
    client.send(config({ language: 'hi-IN', inworldSttV1Config: { vadThreshold: 0 } }))
    sendAudio(client, await speech())
    client.send({ endTurn: {} })
    await client.closed
    expect(finals(client)).toHaveLength(0)
    expect(client.received.at(-1)).toMatchObject({ error: { message: expect.stringMatching(/parley models/) } })
  })
})

describe('the Inworld socket, misused', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer({ PARLEY_LIMITS_MESSAGE_BYTES: '65536', PARLEY_LIMITS_SESSIONS_PER_KEY: '2' })
  })
  afterAll(() => server.close())
  const headers = { authorization: `Basic ${testKey}` }
  const open = (): Promise<WireClient> => openClient(`${server.socketUrl}${path}`, { headers })

  it('refuses no key with 401 and a wrong key with 403 before the handshake', async () => {
    await expect(openClient(`${server.socketUrl}${path}`)).rejects.toMatchObject({
      status: 401,
      body: expect.stringContaining('SESSION_TOKEN_INVALID'),
    })
    const wrong = openClient(`${server.socketUrl}${path}`, { headers: { authorization: 'Basic d3Jvbmc=' } })
    await expect(wrong).rejects.toMatchObject({ status: 403, body: expect.stringContaining('"code":7') })
  })

  it('tells a browser, whose key comes by the query, inside the socket', async () => {
    const client = await openClient(`${server.socketUrl}${path}?authorization=Basic%20wrong`)
    expect((await client.closed).code).toBe(1000)
    expect(client.received[0]).toHaveProperty('error.code')
  })

  it('finds its route behind a prefix, an escaped colon and doubled slashes', async () => {
    for (const odd of ['/prefix/stt/v1/transcribe%3AstreamBidirectional', '//stt/v1/transcribe:streamBidirectional']) {
      const client = await openClient(`${server.socketUrl}${odd}`, { headers })
      client.send({ closeStream: {} })
      expect((await client.closed).code).toBe(1000)
    }
    await expect(openClient(`${server.socketUrl}/stt/v1/nowhere`, { headers })).rejects.toMatchObject({ status: 404 })
  })

  it.each([
    ['not JSON', '{oops'],
    ['audio before the settings', { audioChunk: { content: '' } }],
    ['settings that are not wrapped', { modelId: 'inworld/inworld-stt-1' }],
    ['settings without a model', { transcribeConfig: {} }],
  ])('answers %s with an error of code 3 and closes with 1000', async (_, message) => {
    const client = await open()
    if (typeof message === 'string') client.socket.send(message)
    else client.send(message)
    expect((await client.closed).code).toBe(1000)
    expect(client.received).toMatchObject([{ error: { code: 3, details: [] } }])
  })

  it('answers a message over the limit with an error and closes with 1009', async () => {
    const client = await open()
    client.send({ transcribeConfig: { modelId: 'inworld/inworld-stt-1' } })
    client.send({ audioChunk: { content: 'A'.repeat(100_000) } })
    expect((await client.closed).code).toBe(1009)
    expect(client.received.at(-1)).toMatchObject({ error: { code: 3 } })
  })

  it('refuses one conversation too many with 429, and gives the place back when one ends', async () => {
    const clients = [await open(), await open()]
    await expect(open()).rejects.toMatchObject({ status: 429, body: expect.stringContaining('"code":8') })
    clients[0]!.socket.terminate()
    await clients[0]!.closed
    const next = await retried(open)
    for (const client of [clients[1]!, next]) {
      client.send({ closeStream: {} })
      await client.closed
    }
  })
})

/** The server sees an abrupt end a moment after the client does. */
const retried = async (open: () => Promise<WireClient>): Promise<WireClient> => {
  for (let tries = 0; ; tries++) {
    try {
      return await open()
    } catch (error) {
      if (tries === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
