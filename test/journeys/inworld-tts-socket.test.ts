/** Inworld's speech socket over a real connection with an embedded voice, used as its clients use it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pcm16ToSamples } from '../../src/audio/pcm.ts'
import { decodeAudio } from '../../src/media/decode.ts'
import { measured } from '../support/measure.ts'
import { startServer, testKey } from '../support/server.ts'
import { openClient } from '../support/wire-client.ts'

interface Result {
  readonly contextId: string
  readonly status: { readonly code: number; readonly message: string }
  readonly audioChunk?: {
    readonly audioContent?: string
    readonly timestampInfo?: {
      readonly wordAlignment: {
        readonly words: readonly string[]
        readonly wordStartTimeSeconds: readonly number[]
        readonly wordEndTimeSeconds: readonly number[]
      }
    }
  }
  readonly flushCompleted?: object
  readonly contextClosed?: object
}

const sampleRate = 16_000
const voice = {
  voiceId: 'Dennis',
  modelId: 'inworld-tts-2',
  audioConfig: { audioEncoding: 'PCM', sampleRateHertz: sampleRate },
}
const path = '/tts/v1/voice:streamBidirectional'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** A connection, and what one of its contexts has been told so far. */
const connect = async () => {
  const client = await openClient(`${server.socketUrl}${path}`, { headers: { authorization: `Basic ${testKey}` } })
  const results = (contextId: string): readonly Result[] =>
    client.received.map(({ result }) => result as Result).filter((result) => result?.contextId === contextId)
  return {
    client,
    results,
    send: (contextId: string, ...messages: readonly object[]) => {
      for (const message of messages) client.send({ ...message, contextId })
    },
    /** Waits for this, and gives all that the context was told. */
    until: async (contextId: string, key: keyof Result): Promise<readonly Result[]> => {
      await client.until(({ result }) => (result as Result)?.contextId === contextId && key in (result as Result))
      return results(contextId)
    },
    audioOf: (contextId: string): Uint8Array =>
      Buffer.concat(results(contextId).map(({ audioChunk }) => Buffer.from(audioChunk?.audioContent ?? '', 'base64'))),
  }
}
const measuredBytes = (bytes: Uint8Array) => measured({ samples: pcm16ToSamples(bytes), sampleRate, startMs: 0 })

describe('a text that a language model writes', () => {
  it('is spoken sentence by sentence, with words at times that add up, and in the manner of its tag', async () => {
    const { client, send, until, audioOf } = await connect()
    send('a', { create: { ...voice, autoMode: true, timestampType: 'WORD', timestampTransportStrategy: 'ASYNC' } })
    const text = '[whisper] I have never been to the sea. But I would like to go there. '
    for (let at = 0; at < text.length; at += 3) send('a', { send_text: { text: text.slice(at, at + 3) } })
    send('a', { flush_context: {} }, { close_context: {} })
    const results = await until('a', 'contextClosed')
    client.socket.terminate()
    // As pipecat and LiveKit read it: times go on from where the last flush ended.
    let flushed = 0
    let ended = 0
    const words: { readonly word: string; readonly start: number }[] = []
    for (const { audioChunk, flushCompleted } of results) {
      const times = audioChunk?.timestampInfo?.wordAlignment
      times?.words.forEach((word, at) => {
        words.push({ word, start: flushed + times.wordStartTimeSeconds[at]! })
        ended = flushed + times.wordEndTimeSeconds[at]!
      })
      if (flushCompleted) flushed = ended
    }
    expect(results.filter(({ flushCompleted }) => flushCompleted)).toHaveLength(3)
    expect(words.map(({ word }) => word).join('')).toBe(text.replace('[whisper] ', '').trimEnd())
    expect(words.map(({ start }) => start)).toEqual(words.map(({ start }) => start).toSorted((a, b) => a - b))
    const audio = audioOf('a')
    expect(audio.length / 2 / sampleRate).toBeGreaterThan(2)
    // The second sentence too, though its flush has no tag.
    expect(measuredBytes(audio).voiced).toBeLessThan(0.03)
  })

  it('is one Ogg file over all flushes', async () => {
    const { client, send, until, audioOf } = await connect()
    const audioConfig = { audioEncoding: 'OGG_OPUS', sampleRateHertz: 48_000, bitrate: 64_000 }
    send('a', { create: { ...voice, audioConfig } }, { send_text: { text: 'Good ' } }, { flush_context: {} })
    send('a', { send_text: { text: 'morning.' } }, { flush_context: {} }, { close_context: {} })
    await until('a', 'contextClosed')
    client.socket.terminate()
    const format = { encoding: 'ogg', sampleRate: 48_000, channels: 1 } as const
    const bytes = (async function* () {
      yield audioOf('a')
    })()
    let seconds = 0
    for await (const frame of decodeAudio(bytes, { format, signal: new AbortController().signal }))
      seconds += frame.samples.length / frame.sampleRate
    expect(seconds).toBeGreaterThan(0.6)
    expect(Buffer.from(audioOf('a')).toString('latin1').split('OpusHead')).toHaveLength(2)
  })

  it('is spoken to its end when it is closed with the text, and cut when the user speaks over it', async () => {
    const { client, send, until, audioOf } = await connect()
    send('whole', { create: voice }, { send_text: { text: 'Good morning to you.' } }, { close_context: {} })
    await until('whole', 'contextClosed')
    expect(audioOf('whole').length / 2 / sampleRate).toBeGreaterThan(0.8)
    // A story of minutes; the client closes once more when it has heard enough.
    const story = 'Once upon a time there was a king who had three sons and no patience. '.repeat(25)
    send('cut', { create: voice }, { send_text: { text: story } }, { flush_context: {} }, { close_context: {} })
    await until('cut', 'audioChunk')
    send('cut', { close_context: {} })
    await until('cut', 'contextClosed')
    client.socket.terminate()
    expect(audioOf('cut').length / 2 / sampleRate).toBeLessThan(60)
  })

  it('is one of several: what is wrong with one is told to that one alone', async () => {
    const { client, send, until, results } = await connect()
    client.send({ send_text: { text: '' } })
    client.send('{' as unknown)
    send('bad', { create: { ...voice, audioConfig: { audioEncoding: 'MIDI' } } })
    send('good', { create: voice }, { send_text: { text: 'Yes.' } }, { close_context: {} })
    await until('good', 'contextClosed')
    client.socket.terminate()
    expect(results('bad').map(({ status }) => status.code)).toEqual([3])
    expect(client.received.filter(({ error }) => error)).toHaveLength(1)
  })

  it('needs a key', async () => {
    await expect(openClient(`${server.socketUrl}${path}`)).rejects.toMatchObject({ status: 401 })
  })
})
